"""Logs: one JSON object a line, from structlog and from the libraries alike."""

import json
import logging
import sys
from contextlib import suppress
from typing import Any, BinaryIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# Never the local variables: passwords and keys stand in them.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


class _Lines:
    """Where our own lines go: straight to the file, since a request should not wait for `logging`.

    A reader that has gone away, or a full disk, costs the line and never the request.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self.name = file, name

    def info(self, line: str | bytes) -> None:
        text = line if isinstance(line, bytes) else line.encode(errors="backslashreplace")
        with suppress(OSError, ValueError):
            self._file.write(text + b"\n")
            self._file.flush()

    debug = warning = error = critical = info


def configure(level: str) -> None:
    """Send every log to standard error: as JSON, or in columns when a person is watching."""
    watched = sys.stderr.isatty()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *([] if watched else [_TRACEBACKS]),
    ]
    render = _console() if watched else _json
    file = sys.stderr.buffer
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda name="": _Lines(file, name),
        cache_logger_on_first_use=True,
    )
    _configure_libraries(level, shared, render)


def _configure_libraries(level: str, shared: list[Processor], render: Processor) -> None:
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render, _as_text],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
    logging.getLogger("uvicorn.access").disabled = True  # ours has the trace id
    logging.getLogger("uvicorn.error").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """Not that a socket was answered by a refusal, which uvicorn takes for a fault of ours."""
    return record.msg != "ASGI callable returned without completing handshake."


def _console() -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)


def _json(_logger: WrappedLogger, _method: str, entry: EventDict) -> bytes:
    try:
        return orjson.dumps(entry, default=repr)
    except TypeError:  # an integer or a text that only the slower one writes
        return json.dumps(entry, default=repr).encode()


def _as_text(_logger: WrappedLogger, _method: str, line: Any) -> str:
    return line.decode() if isinstance(line, bytes) else str(line)
