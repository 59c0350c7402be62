"""Messages of a graphql-transport-ws socket, looked at before they are believed."""

from typing import Any

from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import Message


class TransportHandler(BaseGraphQLTransportWSHandler[Any, None]):
    """Closes the socket (4400) on a malformed message, where the base class would stumble."""

    async def handle_message(self, message: Message) -> None:
        if well_formed(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Malformed message")


def well_formed(message: object) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return False
    if message["type"] == "complete":
        return isinstance(message.get("id"), str)
    return message["type"] != "subscribe" or _subscribes(message)


def _subscribes(message: dict[str, object]) -> bool:
    payload = message.get("payload")
    return (
        isinstance(message.get("id"), str)
        and isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )
