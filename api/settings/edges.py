"""Settings of the request's edges."""

from typing import Self

from pydantic import Field, model_validator

from api.settings.group import Group
from api.settings.values import Hosts, Origins


class Edges(Group):
    """What a request meets before it is understood."""

    allowed_hosts: Hosts = Field(
        (),
        description="Names under which requests are taken, `*.example.com` for all under one; any "
        "without it. Probes of `/healthz` and `/readyz` are always answered.",
    )
    https_only: bool = Field(
        False, description="Sends plain HTTP to HTTPS, and tells browsers to come that way at once."
    )
    hsts_seconds: int = Field(
        31_536_000, ge=0, description="How long browsers remember it (`Strict-Transport-Security`)."
    )
    security_headers: bool = Field(
        True, description="Tells browsers what an answer may not be used for."
    )
    allowed_origins: Origins = Field(
        (),
        description="Origins whose pages may call (CORS) and open sockets; `*` for any, which "
        "production refuses.",
    )
    cross_origin_cookies: bool = Field(
        False, description="Whether their calls may carry cookies; never together with `*`."
    )
    max_running_requests: int = Field(
        1000,
        ge=0,
        description="Requests that one process runs at once; more are answered 503 at once. 0 for "
        "no limit.",
    )
    request_seconds: float = Field(
        30.0,
        ge=0,
        description="How long a request may take until its answer begins (503), or its body to come"
        " (408). 0 for ever.",
    )
    slow_request_ms: float = Field(
        1000.0, ge=0, description="Requests that wait longer are logged as warnings, with a route."
    )
    max_body_bytes: int = Field(1_048_576, ge=1024, description="The largest body.")
    max_upload_bytes: int = Field(
        10_485_760, ge=1024, description="The largest picture, which may be larger than that."
    )
    max_message_bytes: int = Field(
        131_072, ge=1024, description="The largest message of a socket; a larger one closes it."
    )
    max_sockets: int = Field(
        1000, ge=1, description="Sockets that one process has open at once; more are answered 503."
    )
    max_sockets_per_caller: int = Field(
        50,
        ge=1,
        description="Those of one user, or of the strangers of one network; more are answered 429.",
    )
    gzip_minimum_bytes: int = Field(
        0,
        ge=0,
        description="Compresses answers from this size on; 0 leaves that to a proxy, which does it "
        "better.",
    )

    @model_validator(mode="after")
    def _no_cookies_for_everybody(self) -> Self:
        if "*" in self.allowed_origins and self.cross_origin_cookies:
            raise ValueError("STOCKROOM_CROSS_ORIGIN_COOKIES needs the allowed origins by name")
        return self
