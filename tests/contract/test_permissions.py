"""Both contracts tell who may do what."""

from fastapi import FastAPI

from api.cli import parity
from api.domain.actors import Permission
from api.domain.operations import OPERATIONS
from tests.faces import SCHEMA


def test_both_contracts_say_what_permission_is_needed(app: FastAPI) -> None:
    schema = SCHEMA._schema
    assert schema.query_type
    assert schema.mutation_type
    fields = schema.query_type.fields | schema.mutation_type.fields
    declared = {
        it["operationId"]: it for way in app.openapi()["paths"].values() for it in way.values()
    }
    faced = [entry for entry in OPERATIONS.values() if entry.kind.has_faces]

    for entry in faced:
        public = entry.permission is Permission.PUBLIC
        need = "Open to everybody." if public else f"Needs `{entry.permission}`."
        said = fields[parity.graphql_name(entry.name)].description or ""
        assert said.endswith(f"\n\n{need}"), entry.name
        security = declared[entry.name].get("security", [])
        assert (str(entry.permission) in str(security)) is not public, entry.name
