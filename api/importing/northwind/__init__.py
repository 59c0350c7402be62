"""The Northwind trading company, moved into a running Stockroom through both of its faces."""

from api.importing.northwind.clients import Refused, bearer, connected
from api.importing.northwind.files import Incomplete, Northwind
from api.importing.northwind.replay import Replay, Result

__all__ = ["Incomplete", "Northwind", "Refused", "Replay", "Result", "bearer", "connected"]
