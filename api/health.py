"""/healthz says the process lives, /readyz that it can serve."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.deps import resources_of
from api.domain.sqlstates import refusal_of

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def ready(request: Request) -> JSONResponse:
    """The database answers too."""
    try:
        await resources_of(request).database.ping()
    except Exception as error:
        if refusal_of(error) is None:
            raise
        return JSONResponse({"status": "database unreachable"}, 503, {"Retry-After": "1"})
    return JSONResponse({"status": "ok"})
