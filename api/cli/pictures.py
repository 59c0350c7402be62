"""`stockroom clear-files`."""

from api.cli.console import Failed, database_of, run, say, with_secret
from api.deps import Resources
from api.domain.actors import SYSTEM
from api.domain.media.keeping import clear_expired, find_strays
from api.domain.refusals import StockroomError
from api.domain.scope import Scope
from api.settings import Settings


def clear_files() -> None:
    """Remove pictures that were never used or are used no longer, and files that a crash left."""
    settings = with_secret(Settings())
    with database_of(settings) as url:
        try:
            gone, strays = run(_clear(settings.model_copy(update={"database_url": url})))
        except StockroomError as refused:
            raise Failed(refused.message) from None
    say(f"{gone} pictures and {strays} stray files removed")


async def _clear(settings: Settings) -> tuple[int, int]:
    resources = Resources.of(settings)
    scope = Scope(
        resources.database, SYSTEM, resources.keyring, surroundings=resources.surroundings
    )
    gone = 0
    try:
        while some := await scope.run(clear_expired):
            gone += some
        for errand in scope.due:
            await errand()
        strays = await scope.run(find_strays)
        await resources.surroundings.files.remove(strays)
    finally:
        await scope.close()
        await resources.close()
    return gone, len(strays)
