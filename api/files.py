"""The place for files: a folder, or a bucket of S3, both through `obstore`."""

from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, urlsplit

import structlog

from api.domain.errors import NotFound, Unavailable
from api.settings import Settings

if TYPE_CHECKING:
    from obstore.store import ObjectStore

PIECE = 256 * 1024
LISTED_AT_ONCE = 500
log = structlog.get_logger("files")


class StoredFiles:
    """Files in an object store, which is imported and opened when the first is kept or read."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder

    @classmethod
    def of(cls, settings: Settings) -> "StoredFiles":
        """Where the settings say."""
        return cls(settings.files_url.get_secret_value(), settings.data_dir.resolve() / "files")

    @cached_property
    def _store(self) -> "ObjectStore":
        from obstore.store import LocalStore, from_url

        if not self._url:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return LocalStore(self._folder)
        parts = urlsplit(self._url)
        place, options = parts._replace(query="").geturl(), dict[str, Any](parse_qsl(parts.query))
        if parts.scheme == "file":
            return from_url(place, mkdir=True)
        patience = timedelta(seconds=10)
        return from_url(
            place,
            client_options={"allow_http": True, "connect_timeout": "3s", "timeout": "30s"},
            retry_config={"max_retries": 2, "retry_timeout": patience},
            **options,
        )

    async def put(self, key: str, content: bytes) -> None:
        """Keep a file, whole or not at all."""
        from obstore import put_async

        with _told():
            await put_async(self._store, key, content)

    async def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """These bytes of a file, in pieces; raises NotFound before the first when there is none."""
        from obstore import get_async

        with _told():
            found = await get_async(self._store, key, options={"range": (start, end)})
        return _pieces(found.stream(min_chunk_size=PIECE))

    async def remove(self, keys: list[str]) -> None:
        """Keep these no longer; those that are not there already are gone."""
        from obstore import delete_async

        with _told():
            for key in keys:
                with suppress(FileNotFoundError):
                    await delete_async(self._store, key)

    async def listed(self) -> AsyncIterator[list[tuple[str, datetime]]]:
        """The keys of all files and when each was put there, some hundreds at a time."""
        from obstore import list as listing

        with _told():
            async for several in listing(self._store, chunk_size=LISTED_AT_ONCE):
                yield [(it["path"], it["last_modified"]) for it in several]

    async def reach(self) -> None:
        """Raise Unavailable unless the place answers, if only that there is no such file."""
        from obstore import head_async

        with suppress(NotFound), _told():
            await head_async(self._store, "nothing")


async def _pieces(stream: AsyncIterable[Any]) -> AsyncIterator[bytes]:
    with _told():
        async for piece in stream:
            yield cast("bytes", piece)


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong in words of ours; the store's own may hold addresses and keys."""
    from obstore.exceptions import BaseError

    try:
        yield
    except FileNotFoundError:
        raise NotFound("The file is not there any more.") from None
    except (BaseError, OSError, ValueError) as error:
        log.error("files unreachable", kind=type(error).__name__)
        raise Unavailable("The place for files cannot be reached; try again.") from None
