"""Operations compiled to Python, breadth first; `docs/graphql-engine.md` walks one through."""

from graphql_schema.engine.execution import Engine
from graphql_schema.engine.plans import Plan, Reads

__all__ = ["Engine", "Plan", "Reads"]
