"""The GraphQL endpoint: POST for everything but subscriptions, GET for queries, one WebSocket."""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, cast

from fastapi.routing import APIWebSocketRoute
from graphql import GraphQLError
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.exceptions import ConnectionRejectionError
from strawberry.fastapi import GraphQLRouter
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from api.budgets import cost_of_body
from api.domain.errors import Overloaded, RateLimited
from api.domain.refusals import StockroomError
from api.domain.weights import COMMAND_COST
from graphql_schema.context import Context
from graphql_schema.crowd import Crowd
from graphql_schema.http import (
    JSON,
    Parameters,
    TransportRefused,
    bad_request,
    encoded,
    kept,
    negotiate,
    read_json,
    read_parameters,
    read_query_string,
    respond,
)
from graphql_schema.limits import LimitedSchema, Refused
from graphql_schema.websocket import PaidMessages, TransportHandler

OPERATIONS = {
    "GET": {OperationType.QUERY},
    "POST": {OperationType.QUERY, OperationType.MUTATION},
}
REFUSED = ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]
ALLOW = {"allow": "GET, POST"}
STATUS = {"UNAUTHENTICATED": 401, "RATE_LIMITED": 429, "INTERNAL": 500, "UNAVAILABLE": 503}
"""Refusals of a whole request that proxies and clients must see whatever type they accept."""

GetContext = Callable[[HTTPConnection, Response], Awaitable[Any]]
"""FastAPI injects both for a socket; a request's are given without its help."""


class StockroomRouter(GraphQLRouter[Any, None]):
    """GraphQL over HTTP to the letter of its specification; `trace_id` marks every error."""

    graphql_transport_ws_handler_class = TransportHandler
    websocket_adapter_class = PaidMessages

    def __init__(
        self,
        schema: LimitedSchema,
        get_context: GetContext,
        path: str,
        trace_id: Callable[[], str] | None,
        get_queries: bool,
        crowd: Crowd,
        **options: Any,
    ) -> None:
        super().__init__(schema, path, context_getter=get_context, **options)
        self.get_context_of, self.trace_id = get_context, trace_id
        self.get_queries, self.limited, self.lane = get_queries, schema, schema.lane
        self.crowd = crowd
        sockets = [route for route in self.routes if isinstance(route, APIWebSocketRoute)]
        # FastAPI's way to a handler takes longer than a small query.
        self.routes[:] = [
            Route(path, self.refuse_method, methods=REFUSED),
            Route(path, Answering(self), methods=[*OPERATIONS]),  # HEAD too: refused above
            *sockets,
        ]

    async def answer(self, request: Request) -> Response:
        """The answer to a request; what the context's response has been given is sent with it."""
        added = Response()
        context = await self.get_context_of(request, added)
        media_type = negotiate(request.headers.get("accept"))
        try:
            body = await self.body_of(request)
            if reading := cost_of_body(len(body)):
                await self.limited.charge(context, reading)
            async with self.lane.turn(reading > 0, self.limited.payer_of(context)):
                parameters = read_parameters(self.read(request, body))
                result = await self.execute_parameters(request.method, parameters, context)
        except TransportRefused as refused:
            return self.respond_refused(refused, media_type)
        keep = request.method == "GET" and parameters.document_id and not result.errors
        if keep and result.extensions:
            result.extensions["cost"].pop("remaining", None)  # differs each time; a header says it
        response = self.respond_result(result, media_type)
        if keep:
            response = kept(response, request.headers.get("if-none-match"))
        response.raw_headers += [(k, v) for k, v in added.raw_headers if k != b"content-length"]
        return response

    async def refuse_method(self, request: Request) -> Response:
        refused = TransportRefused(
            405, "METHOD_NOT_ALLOWED", "GraphQL is served to GET and POST.", ALLOW
        )
        return self.respond_refused(refused, negotiate(request.headers.get("accept")))

    async def execute_parameters(
        self, method: str, parameters: Parameters, context: Any
    ) -> ExecutionResult:
        if method == "GET" and not self.get_queries and parameters.document_id is None:
            message = "Queries are sent by POST; by GET only documents named by their hash."
            raise TransportRefused(405, "METHOD_NOT_ALLOWED", message, {"allow": "POST"})
        try:
            return await self.schema.execute(
                await self.text_of(parameters, context),
                variable_values=parameters.variables,
                context_value=context,
                operation_name=parameters.operation_name,
                operation_extensions=parameters.extensions,
                allowed_operation_types=OPERATIONS[method],
            )
        except Refused as refused:
            return ExecutionResult(None, refused.errors)
        except InvalidOperationTypeError as error:
            raise wrong_door(error.operation_type) from None

    async def text_of(self, parameters: Parameters, context: Any) -> str:
        if parameters.query is not None:
            return parameters.query
        return await self.limited.text_of(context, cast("str", parameters.document_id))

    def read(self, request: Request, body: bytes) -> object:
        if request.method == "GET":
            return read_query_string(request.query_params.multi_items())
        return read_json(body)

    async def body_of(self, request: Request) -> bytes:
        """What was posted, all of it; a GET has nothing."""
        if request.method == "GET":
            return b""
        media_type, _, parameters = request.headers.get("content-type", "").partition(";")
        charset = parameters.replace(" ", "").replace('"', "").lower()
        if media_type.strip().lower() != JSON or charset not in ("", "charset=utf-8"):
            message = f"Send the request as {JSON}, in UTF-8."
            raise TransportRefused(415, "UNSUPPORTED_MEDIA_TYPE", message, {"accept-post": JSON})
        try:
            return await request.body()
        except ClientDisconnect:
            raise bad_request("The body did not come to its end.") from None

    def respond_result(self, result: ExecutionResult, media_type: str) -> Response:
        errors = result.errors or []
        payload: dict[str, object] = {"data": result.data}
        status = 200
        if result.data is None and errors and not any(error.path for error in errors):
            del payload["data"]  # nothing was executed: a request error
            code = (errors[0].extensions or {}).get("code", "")
            status = STATUS.get(code, 200 if media_type == JSON else 400)
        elif _came_too_early(result):
            status = 429
        if errors:
            payload["errors"] = [self.traced(dict(error.formatted)) for error in errors]
        if result.extensions:
            payload["extensions"] = result.extensions
        return respond(payload, media_type, status, _patience(errors))

    def respond_refused(self, refused: TransportRefused, media_type: str) -> Response:
        error = {"message": refused.message, "extensions": {"code": refused.code}}
        payload = {"errors": [self.traced(error)]}
        return respond(payload, media_type, refused.status, refused.headers)

    def traced(self, error: dict[str, Any]) -> dict[str, Any]:
        if self.trace_id is not None:
            error["extensions"] = {**error.get("extensions", {}), "trace_id": self.trace_id()}
        return error

    async def run(self, request: Any, context: Any = None, root_value: Any = None) -> Any:
        """Open a socket, for a caller who pays for it and has a place left."""
        try:
            await self.limited.charge(context, COMMAND_COST)
            with self.crowd.place(self.limited.payer_of(context)) as place:
                if isinstance(context, Context):
                    context.place = place
                return await super().run(request, context, root_value)
        except (RateLimited, Overloaded) as refused:
            await self._turn_away(request, refused)

    async def _turn_away(self, socket: WebSocket, refused: RateLimited | Overloaded) -> None:
        error = {"message": refused.message, "extensions": {"code": refused.code}}
        status = STATUS.get(refused.code, 503)
        headers = {"retry-after": str(refused.retry_after)}
        response = respond({"errors": [self.traced(error)]}, JSON, status, headers)
        if "websocket.http.response" in socket.scope.get("extensions", {}):
            await socket.send_denial_response(response)
        else:
            await socket.close(1008, refused.code)

    async def on_ws_connect(self, context: Any) -> Any:
        """Believe the credentials of a `connection_init`; who brings bad ones is turned away."""
        if isinstance(context, Context):
            try:
                await context.sign_in()
            except RateLimited:
                raise
            except StockroomError:
                raise ConnectionRejectionError from None
        return await super().on_ws_connect(context)

    def decode_json(self, data: str | bytes) -> object:
        """What a socket says, read as strictly as what a request says."""
        try:
            return read_json(data)
        except TransportRefused as refused:
            raise json.JSONDecodeError(refused.message, "", 0) from None

    def encode_json(self, data: object) -> str:
        """What a socket is told, as requests are answered."""
        return encoded(data).decode()


class Answering:
    """An ASGI application, where Starlette would wrap a handler's exceptions a second time."""

    def __init__(self, router: StockroomRouter) -> None:
        self.router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.router.answer(Request(scope, receive, send))
        await response(scope, receive, send)


def _came_too_early(result: ExecutionResult) -> bool:
    """Whether nothing was done, and for no other reason."""
    codes = {(error.extensions or {}).get("code") for error in result.errors or ()}
    return codes == {"RATE_LIMITED"} and set((result.data or {}).values()) == {None}


def _patience(errors: Sequence[GraphQLError]) -> dict[str, str]:
    """When to come again, where one of the errors is that it was too early."""
    for error in errors:
        if (seconds := (error.extensions or {}).get("retry_after")) is not None:
            return {"retry-after": str(seconds)}
    return {}


def wrong_door(operation: OperationType) -> TransportRefused:
    if operation is OperationType.SUBSCRIPTION:
        message = "Subscribe over WebSocket, with the graphql-transport-ws subprotocol."
        return TransportRefused(400, "BAD_REQUEST", message)
    message = "Mutations are sent by POST."
    return TransportRefused(405, "METHOD_NOT_ALLOWED", message, {"allow": "POST"})


def make_graphql_router(
    schema: LimitedSchema,
    get_context: GetContext,
    *,
    path: str,
    allowed_origins: Sequence[str] = (),
    trace_id: Callable[[], str] | None = None,
    get_queries: bool = True,
    crowd: Crowd | None = None,
) -> StockroomRouter:
    """The endpoint for one schema; `allowed_origins` are the foreign pages that may subscribe."""
    return StockroomRouter(
        schema,
        get_context,
        path,
        trace_id,
        get_queries,
        crowd or Crowd(),
        graphql_ide=None,
        subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
        connection_init_wait_timeout=timedelta(seconds=5),
        max_subscriptions_per_connection=20,
        allowed_origins=allowed_origins,
        include_in_schema=False,
    )


def refuse(request: Request, problem: Response) -> Response:
    """A refusal from outside the endpoint, worded as GraphQL: same status, code and headers."""
    told = json.loads(bytes(problem.body))
    extensions = {"code": told["code"], "trace_id": told["trace_id"]}
    payload = {"errors": [{"message": told["detail"], "extensions": extensions}]}
    kept = ("www-authenticate", "retry-after", "allow", "cache-control")
    headers = {name: problem.headers[name] for name in kept if name in problem.headers}
    media_type = negotiate(request.headers.get("accept"))
    return respond(payload, media_type, problem.status_code, headers)
