"""Pictures made anew from what was sent: nothing is kept but what can be seen.

In a small pool of threads, so that neither the event loop nor the memory suffers.
"""

import asyncio
import hashlib
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO

from api.domain.errors import RateLimited, Unavailable, ValidationFailed
from api.domain.media.models import ImageFormat
from api.domain.refusals import StockroomError
from api.domain.threads import step_back

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 40_000_000
MAX_SIDE = 16_000
MAX_SCANS = 100
"""Passes over a progressive JPEG: each costs the time of a whole picture and next to no bytes."""
SMALL, LARGE = 256, 1024
"""The longer side of thumbnails."""
PIXELS_A_POINT = 40_000
MOST_OF_ONE = 4
"""How many pictures of one sender may be drawn, or wait for it, at once."""
_THREADS = 2  # each may hold a picture of MAX_PIXELS, and what is made of it
_MOST_AT_ONCE = 20  # whoever comes then would wait too long
_pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="pictures", initializer=step_back)
_places = asyncio.BoundedSemaphore(_MOST_AT_ONCE)
_drawn_for = Counter[str]()
_BEGINNINGS = {b"\x89PNG\r\n\x1a\n": ImageFormat.PNG, b"\xff\xd8\xff": ImageFormat.JPEG}
_SCAN = b"\xff\xda"
_MODES = {
    ImageFormat.PNG: {"L", "RGB", "RGBA"},
    ImageFormat.JPEG: {"L", "RGB"},
    ImageFormat.WEBP: {"RGB", "RGBA"},
}
_HOW = {
    ImageFormat.PNG: {},
    ImageFormat.JPEG: {"quality": 90},
    ImageFormat.WEBP: {"quality": 90, "method": 2},
}


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as somebody sent it, under the name that they gave it."""

    name: str
    size: int
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class Picture:
    """What is kept of a file: the picture, and its thumbnails in WebP."""

    format: ImageFormat
    width: int
    height: int
    full: bytes
    small: bytes
    large: bytes

    @property
    def content_hash(self) -> str:
        """The same for the same picture."""
        return hashlib.sha256(self.full).hexdigest()


async def cost_of(file: BinaryIO) -> int:
    """The points that drawing a picture takes, by its pixels and how often they are passed over;
    none for what will not be drawn.
    """
    return await asyncio.to_thread(_cost_of, file)


def _cost_of(file: BinaryIO) -> int:
    file.seek(0)  # whoever looked at it before
    content = file.read()
    try:
        format = _format_of(content)
        width, height = _opened(format, content).size
    except Exception:  # told to its sender when it is to be drawn
        return 0
    passes = content.count(_SCAN) if format is ImageFormat.JPEG else 1
    return 1 + width * height * max(passes, 1) // PIXELS_A_POINT


async def redrawn(file: SentFile, sender: str) -> Picture:
    """The picture of a file; refuses what is none, or one that would cost too much."""
    if _drawn_for[sender] >= MOST_OF_ONE:
        raise RateLimited(f"{MOST_OF_ONE} pictures of yours are being drawn. Nothing was done.", 5)
    if _places.locked():
        raise Unavailable("Too many pictures are being drawn at once; try again.")
    _drawn_for[sender] += 1
    try:
        async with _places:
            return await asyncio.get_running_loop().run_in_executor(_pool, _redraw, file.content)
    finally:
        _drawn_for[sender] -= 1
        if not _drawn_for[sender]:
            del _drawn_for[sender]


def fitted(width: int, height: int, side: int) -> tuple[int, int]:
    """The size of a thumbnail, which is never larger than its picture."""
    longer = max(width, height, side)
    return max(1, round(width * side / longer)), max(1, round(height * side / longer))


def _redraw(file: BinaryIO) -> Picture:
    file.seek(0)  # a command that is tried again reads it again
    content = file.read()
    format = _format_of(content)
    try:
        return _drawn(format, _opened(format, content))
    except StockroomError:
        raise
    except Exception:  # decoders raise whatever they stumble over
        raise _refusal("broken_image", "The picture is broken, or cut off.") from None


def _format_of(content: bytes) -> ImageFormat:
    """By its first bytes, whatever its name and its type are said to be."""
    for beginning, format in _BEGINNINGS.items():
        if content.startswith(beginning):
            return format
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return ImageFormat.WEBP
    raise _refusal("unsupported_image", "Send a picture in PNG, JPEG or WebP.")


def _opened(format: ImageFormat, content: bytes) -> "Image":
    """The picture, not yet decoded, once it is known to be worth it."""
    pillow = _pillow()
    try:
        picture: Image = pillow.open(BytesIO(content), formats=[format])
    except (pillow.DecompressionBombError, pillow.DecompressionBombWarning):
        raise _too_many_pixels() from None
    if picture.width * picture.height > MAX_PIXELS or max(picture.size) > MAX_SIDE:
        raise _too_many_pixels()
    if format is ImageFormat.JPEG:  # of several, as telephones make them, the first is the picture
        if content.count(_SCAN) > MAX_SCANS:
            raise _refusal("too_complex", f"A JPEG may have {MAX_SCANS} scans at most.")
    elif getattr(picture, "is_animated", False):
        raise _refusal("animated_image", "Send a picture that stands still.")
    return picture


def _drawn(format: ImageFormat, picture: "Image") -> Picture:
    from PIL import ImageOps

    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    whole = _in_mode(format, _in_srgb(picture))
    large, small = (_encoded(ImageFormat.WEBP, _scaled(whole, side)) for side in (LARGE, SMALL))
    return Picture(format, *whole.size, _encoded(format, whole), small, large)


def _in_srgb(picture: "Image") -> "Image":
    """The same colors without the profile that says what they are."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    from PIL import ImageCms

    try:
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        told = ImageCms.ImageCmsProfile(BytesIO(profile))
        made = ImageCms.profileToProfile(
            picture, told, ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # a profile that means nothing changes nothing
    return made or picture


def _in_mode(format: ImageFormat, picture: "Image") -> "Image":
    """In a mode that the format has, with nothing beside its pixels."""
    if picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode not in _MODES[format]:
        is_clear = picture.has_transparency_data and "RGBA" in _MODES[format]
        picture = picture.convert("RGBA" if is_clear else "RGB")
    picture.info = {}
    return picture


def _scaled(picture: "Image", side: int) -> "Image":
    size = fitted(*picture.size, side)
    return _in_mode(ImageFormat.WEBP, picture.resize(size, reducing_gap=2.0))


def _encoded(format: ImageFormat, picture: "Image") -> bytes:
    file = BytesIO()
    picture.save(file, format, **_HOW[format])
    return file.getvalue()


@cache
def _pillow() -> ModuleType:
    """Pillow, which refuses to decode what is too large; imported when it is needed."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    return Image


def _too_many_pixels() -> ValidationFailed:
    message = f"A picture may have {MAX_PIXELS:,} pixels, and {MAX_SIDE:,} on a side, at most."
    return _refusal("too_many_pixels", message)


def _refusal(code: str, message: str) -> ValidationFailed:
    return ValidationFailed.at(["file"], code, message)
