"""`python -m api.pages` installs the page assets; with --pin, records an upgrade's hashes."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from api.pages.assets import INSTALLED, download, install_assets, pin, unpack


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m api.pages", description=__doc__)
    parser.add_argument("--folder", type=Path, default=INSTALLED, help="where to put them")
    parser.add_argument("--archives", type=Path, help="use the npm archives in this folder")
    parser.add_argument("--pin", metavar="NPM", help="path of npm: fetch and record new hashes")
    chosen = parser.parse_args()
    if chosen.pin:
        with TemporaryDirectory() as archives:
            download(chosen.pin, Path(archives))
            pin(Path(archives))
        return 0
    if chosen.archives:
        unpack(chosen.archives, chosen.folder)
        return 0
    return 0 if install_assets(chosen.folder) else 1


if __name__ == "__main__":
    sys.exit(main())
