"""Where pictures are served: addresses that are good for a while and need no credentials, so that a
browser can show them.
"""

import hmac
import time
from dataclasses import dataclass

from api.domain.fields import Id
from api.domain.keyring import Keyring
from api.domain.media.commands import ImageSize

PATH = "/v1/uploads/{upload_id}/content"
"""Of the one route; a test compares."""
GOOD_SECONDS = 1800
"""An address is good for at least as long, and the same for as long, so that it can be cached."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What an address says of itself: until when it is good, and that we said so."""

    until: int
    signature: str

    def admits(self, keyring: Keyring, upload_id: Id) -> bool:
        """Whether it was made here, for this picture, and still holds."""
        signed = hmac.compare_digest(
            self.signature.encode(), _signature(keyring, upload_id, self.until).encode()
        )
        return signed and time.time() < self.until


def addresses(keyring: Keyring, upload_id: Id) -> dict[ImageSize, str]:
    """The addresses of a picture and its thumbnails."""
    until = (int(time.time()) // GOOD_SECONDS + 2) * GOOD_SECONDS
    signature = _signature(keyring, upload_id, until)
    full = f"{PATH.format(upload_id=upload_id)}?until={until}&signature={signature}"
    thumbnails = (ImageSize.SMALL, ImageSize.LARGE)
    return {ImageSize.FULL: full} | {size: f"{full}&size={size}" for size in thumbnails}


def _signature(keyring: Keyring, upload_id: Id, until: int) -> str:
    return hmac.digest(keyring.files, f"{upload_id}/{until}".encode(), "sha256").hex()[:40]
