"""What becomes of promises when processes die: everything here runs on real ones."""

import pytest

pytest.register_assert_rewrite("tests.faults.premises")  # which others import as well
