"""Pictures of all kinds, good and bad, and the ways in which they are sent."""

import struct
import zlib
from io import BytesIO
from typing import Any

import httpx2
from PIL import Image

from tests.faces import RestFace

PNG = b"\x89PNG\r\n\x1a\n"
CANARY = b"canary-51.5007N-0.1246W"
BOUNDARY = "x-x-x"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def picture(
    format: str = "PNG", size: tuple[int, int] = (64, 48), color: str = "brown", **how: Any
) -> bytes:
    """A picture of one color."""
    file = BytesIO()
    Image.new("RGB", size, color).save(file, format, **how)
    return file.getvalue()


def gradient(format: str, size: tuple[int, int], **how: Any) -> bytes:
    """A picture of many colors."""
    file = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(file, format, **how)
    return file.getvalue()


def png_of(width: int, height: int, *, content: bytes = b"") -> bytes:
    """A PNG that says that it is as large, whatever is in it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG + _chunk(b"IHDR", header) + _chunk(b"IDAT", content) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


def opened(content: bytes) -> Image.Image:
    """What was kept, as a picture."""
    found = Image.open(BytesIO(content))
    found.load()
    return found


async def post(
    face: RestFace, path: str, *files: tuple[str, Any], method: str = "POST", **fields: str
) -> httpx2.Response:
    """A form with files and fields."""
    headers = {"Authorization": face.authorization} if face.authorization else {}
    return await face.client.request(method, path, files=list(files), data=fields, headers=headers)


async def send_picture(face: RestFace, content: bytes | None = None, **fields: str) -> Any:
    """An upload that waits to be used."""
    content = picture() if content is None else content
    answer = await post(face, "/v1/uploads", ("file", ("chair.png", content)), **fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


def part(name: str, content: bytes, *, file: str | None = None) -> bytes:
    """A part of a form, written by hand."""
    named = f'; filename="{file}"' if file is not None else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    """The body that they make."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
