"""What a GraphQL document may ask for, judged before anything of it is executed."""

from graphql_schema.limits.documents import Documents, Prepared
from graphql_schema.limits.rules import Limits, Refused
from graphql_schema.limits.schema import EngineName, LimitedSchema

__all__ = ["Documents", "EngineName", "LimitedSchema", "Limits", "Prepared", "Refused"]
