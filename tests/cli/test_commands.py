"""The `stockroom` command, as a person runs it."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from api.domain.accounts import service as accounts
from api.domain.accounts.commands import IssueToken
from tests.conftest import SECRET, TEMPLATE, MakeScope, create_database
from tests.faults.servers import Server

STOCKROOM = Path(sys.executable).with_name("stockroom")
PASSWORD = "correct horse battery"


def run(
    tmp_path: Path, *words: str, url: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command in an empty folder, with these settings and no others."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    settings = {"DATABASE_URL": url} if url else {}
    return subprocess.run(
        [STOCKROOM, *words],
        cwd=tmp_path,
        env=bare | settings | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


async def test_a_fresh_database_is_migrated_once(server: str, tmp_path: Path) -> None:
    url = await create_database(server, f"fresh_{os.getpid()}")

    first = run(tmp_path, "migrate", url=url)
    again = run(tmp_path, "migrate", url=url)

    assert first.returncode == again.returncode == 0
    assert "Applied" in first.stdout
    assert again.stdout == "The database is up to date.\n"


def test_the_first_administrator_is_made_by_hand(
    database_url: str, tmp_path: Path, scope_of: MakeScope
) -> None:
    made = run(
        tmp_path,
        "create-admin",
        f"boss-{os.getpid()}@example.com",
        url=database_url,
        STOCKROOM_ADMIN_PASSWORD=PASSWORD,
    )
    again = run(
        tmp_path,
        "create-admin",
        f"boss-{os.getpid()}@example.com",
        url=database_url,
        STOCKROOM_ADMIN_PASSWORD=PASSWORD,
    )

    assert made.returncode == 0, made.stderr
    assert (again.returncode, again.stdout) == (1, "")
    assert "Another user has this e-mail address." in again.stderr


async def test_an_administrator_made_by_hand_signs_in(
    database_url: str, tmp_path: Path, scope_of: MakeScope
) -> None:
    email = f"chief-{os.getpid()}@example.com"
    run(tmp_path, "create-admin", email, url=database_url, STOCKROOM_ADMIN_PASSWORD=PASSWORD)

    command = IssueToken.model_validate({"email": email, "password": PASSWORD})
    token = await scope_of().run(accounts.issue_token, command)

    assert token.token_type == "bearer"


async def test_the_audit_says_what_differs_and_fails(own_database_url: str, tmp_path: Path) -> None:
    clean = run(tmp_path, "audit", url=own_database_url)
    engine = create_async_engine(own_database_url)
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(
            text(
                "INSERT INTO postings (id, kind, actor, occurred_at, recorded_at)"
                " VALUES (gen_random_uuid(), 'RECEIVE', 'nobody', now(), now())"
            )
        )
    await engine.dispose()
    spoiled = run(tmp_path, "audit", url=own_database_url)

    assert (clean.returncode, clean.stdout) == (0, "0 differences\n")
    assert spoiled.returncode == 1
    assert "every posting moved something" in spoiled.stdout
    assert spoiled.stdout.endswith("1 differences\n")


@pytest.mark.parametrize(
    ("words", "environment", "told"),
    [
        (["serve"], {}, "set DATABASE_URL"),
        (["serve"], {"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/x"}, "no PostgreSQL"),
        (["migrate"], {"DATABASE_URL": "mysql://u:hidden@h/x"}, "DATABASE_URL"),
        (["serve"], {"STOCKROOM_PRODUCTION": "1", "STOCKROOM_SECRET": "short"}, "32 characters"),
        (
            ["serve"],
            {"STOCKROOM_PRODUCTION": "1", "STOCKROOM_SECRET": "x" * 32, "STOCKROOM_DEBUG": "1"},
            "STOCKROOM_DEBUG",
        ),
    ],
)
def test_what_cannot_start_says_why_in_a_sentence(
    tmp_path: Path, words: list[str], environment: dict[str, str], told: str
) -> None:
    failed = run(tmp_path, *words, **environment)

    assert failed.returncode == 1
    assert told in failed.stderr
    assert "Traceback" not in failed.stderr
    assert "hidden" not in failed.stderr + failed.stdout


async def test_a_database_that_waits_for_migrations_is_not_served(
    server: str, tmp_path: Path
) -> None:
    url = await create_database(server, f"waiting_{os.getpid()}")

    failed = run(tmp_path, "serve", url=url)

    assert failed.returncode == 1
    assert "stockroom migrate" in failed.stderr


@pytest.mark.parametrize("command", [("up", "--no-demo"), ("serve",)])
async def test_b109_in_production_a_superuser_is_not_signed_in_as(
    server: str, tmp_path: Path, command: tuple[str, ...]
) -> None:
    url = await create_database(server, f"superuser_{os.getpid()}", TEMPLATE)

    failed = run(tmp_path, *command, url=url, STOCKROOM_PRODUCTION="true", STOCKROOM_SECRET=SECRET)

    assert failed.returncode == 1
    assert "signs in as a superuser" in failed.stderr
    assert "CREATE ROLE" in failed.stderr


async def owned_database(server: str, name: str) -> str:
    """A database that belongs to a role without powers, for whom the address is."""
    await create_database(server, name)
    engine = create_async_engine(server)
    async with engine.begin() as connection:
        await connection.execute(text(f"CREATE ROLE {name} LOGIN"))
        await connection.execute(text(f"ALTER DATABASE {name} OWNER TO {name}"))
    await engine.dispose()
    owned = make_url(server).set(username=name, database=name)
    return owned.render_as_string(hide_password=False)


@pytest.mark.parametrize(("asked", "users"), [((), 0), (("--demo",), 5)])
async def test_nobody_with_a_demo_password_moves_into_production_unasked(
    server: str, tmp_path: Path, asked: tuple[str, ...], users: int
) -> None:
    url = await owned_database(server, f"production_{users}_{os.getpid()}")
    environment = {
        "DATABASE_URL": url,
        "STOCKROOM_PRODUCTION": "true",
        "STOCKROOM_SECRET": SECRET,
        "STOCKROOM_SMTP_URL": "",
    }
    shop = Server(tmp_path / "log", environment, ("up", "--data", str(tmp_path), *asked))
    try:
        shop.start()
        await asyncio.to_thread(shop.await_ready)
    finally:
        await asyncio.to_thread(shop.clear_away)

    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.connect() as connection:
        counted = await connection.scalar(text("SELECT count(*) FROM users"))
    await engine.dispose()
    assert counted == users
