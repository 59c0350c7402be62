"""`Scope`: one caller's door into the domain, and the only place that commits."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias, TypeVar, TypeVarTuple, cast

from asyncpg import Record
from pydantic import TypeAdapter
from sqlalchemy import Executable, Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.domain import events, idempotency
from api.domain.actors import Actor
from api.domain.base import Base, Versioned
from api.domain.connections import Connections, Transaction
from api.domain.errors import (
    NotFound,
    Unavailable,
)
from api.domain.events import Event, Telling
from api.domain.keyring import Keyring
from api.domain.operations import MADE_OF, Operation
from api.domain.recalling import recalled
from api.domain.sqlstates import FAILURES, RETRIED, refusal_of, sqlstate_of
from api.domain.statements import Driver, Statement, Values
from api.domain.surroundings import ALONE, Errand, Surroundings
from api.domain.terms import PLAIN, Terms

__all__ = ["PLAIN", "Scope", "Terms"]

R = TypeVar("R")
M = TypeVar("M", bound=Base)
Ts = TypeVarTuple("Ts")

ATTEMPTS = 3
Wanted: TypeAlias = Mapping[type, frozenset[str]]
"""The fields that are read of rows, by their class; of other rows, all."""


_NOW = Statement(select(func.clock_timestamp()))


@dataclass
class Scope:
    """One caller's door into the domain; serves one operation at a time, so siblings queue."""

    connections: Connections
    actor: Actor
    keyring: Keyring
    trace_id: str = ""
    network: str = ""
    """Where the caller sends from, as far as the server itself knows."""
    surroundings: Surroundings = ALONE
    replayed: bool = False
    due: list[Errand] = field(default_factory=list)
    """What is to be done for the commands that were committed, once the caller has the answer."""
    memory: dict[str, Any] = field(default_factory=dict)
    """What the running command remembers; the next one begins with nothing."""
    wanted: Wanted = field(default_factory=dict)
    """What a caller who only reads will look at: the rows that he is given need hold no more."""
    _driver: Driver | None = None
    _commanding: bool = False
    _work: Transaction | None = None
    _terms: Terms = PLAIN
    _ended: bool = False
    _events: list[Event] = field(default_factory=list)
    _errands: list[Errand] = field(default_factory=list)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def session(self) -> AsyncSession:
        """The session of the command that is running."""
        return self._running.session

    @property
    def only_tries(self) -> bool:
        """Whether the running command will be undone, however well it goes."""
        return self._terms.validate_only

    @property
    def _running(self) -> Transaction:
        if self._work is None:
            raise RuntimeError("Only a command that holds a connection has a transaction.")
        return self._work

    async def read(self, statement: Statement, values: Values) -> list[Record]:
        """The rows of a statement, from the driver; inside a command it sees the command's own
        changes.
        """
        return await statement.run(await self._connection(), values)

    async def write(self, statement: Statement, values: Values) -> list[Record]:
        """Change the books by a statement of the running command; what it returns."""
        if not self._commanding:
            raise RuntimeError("A query changes nothing.")
        return await statement.run(await self._connection(), values)

    async def let_go(self) -> None:
        """Undo what the running command did and hold no connection until its next statement, which
        begins anew: for what takes long, in a command without a key.
        """
        self._work = None
        await self._open.aclose()

    async def hold(self) -> None:
        """Hold a connection from now on, for who asks for the session next."""
        await self._connection()

    async def settle(self) -> None:
        """Keep what the running command did so far, though it is about to be refused."""
        await self._running.flush()
        await events.tell(self._running.driver, self._told)
        await self._end(self._terms)
        self._events = []
        await self.let_go()

    async def fetch(self, statement: Executable) -> Sequence[Row[*tuple[Any, ...]]]:
        """The rows of a statement that a command writes for itself."""
        return (await self.session.execute(statement)).all()

    async def now(self) -> datetime:
        """The database's clock: the one that every process agrees on."""
        return cast("datetime", (await self.read(_NOW, {}))[0][0])

    def announce(self, event: Event) -> None:
        """Write the event in this command's transaction."""
        self._events.append(event)

    def afterwards(self, errand: Errand) -> None:
        """Have it done once this command is committed and its caller has the answer."""
        self._errands.append(errand)

    async def lock(self, model: type[M], id: str, what: str) -> M:
        """Lock a row until the command ends and count its version up; refuses a version not
        expected.
        """
        row = await self.session.get(
            model, id, with_for_update={"key_share": True}, populate_existing=True
        )
        if row is None:
            raise NotFound(f"There is no {what} {id}.", id)
        if isinstance(row, Versioned):
            self.judge(what, row.version)
            row.version += 1
        return row

    def judge(self, what: str, version: int | None) -> None:
        """Refuse a version that the caller did not expect, where None says that there is none."""
        self._terms.judge(what, version)

    @asynccontextmanager
    async def part(self) -> AsyncIterator[None]:
        """Changes of the running command and their events, kept together or dropped together.

        What a commit would refuse is refused at the end of the part.
        """
        outside, self._events, errands = self._events, [], len(self._errands)
        try:
            async with self.session.begin_nested():
                await self.session.connection()  # else its savepoint waits for the first of its own
                yield
                await self._running.flush()
                await events.tell(self._running.driver, self._told)
                for when in ("IMMEDIATE", "DEFERRED"):
                    await self._running.driver.execute(f"SET CONSTRAINTS ALL {when}")
        except BaseException:
            self.memory.clear()  # of rows as they were in what is undone
            del self._errands[errands:]
            raise
        finally:
            self._events = outside

    async def run(self, operation: Operation[*Ts, R], *args: *Ts, terms: Terms = PLAIN) -> R:
        """Run one operation; a command is committed before its caller hears of success, or leaves
        nothing.
        """
        async with self._turn:
            if self._ended:
                raise Unavailable("The request has ended.")
            operation.authorize(self)
            if operation.kind.commits:
                terms.check(operation)
                await self._release()  # nobody waits for a second connection with one in hand
                try:
                    return await self._attempt(operation, args, terms)
                finally:  # what was refused, or cut off, may have been kept all the same
                    if operation.area in MADE_OF and not terms.validate_only:
                        await self.surroundings.shelf.changed(operation.area)
            try:
                if operation.made_of:
                    return await recalled(self, operation, args)
                return await operation(self, *args)
            except FAILURES as error:
                await self._release()
                raise refusal_of(error) or error from error

    async def close(self) -> None:
        """End the scope: what runs is waited for, what still queues is refused."""
        self._ended = True
        async with self._turn:
            await self._release()

    async def _release(self) -> None:
        """Give the read connection back."""
        self._driver = None
        await self._open.aclose()

    async def _attempt(self, operation: Operation[*Ts, R], args: tuple[*Ts], terms: Terms) -> R:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._once(operation, args, terms)
            except FAILURES as error:
                if sqlstate_of(error) in RETRIED and attempt < ATTEMPTS:
                    await asyncio.sleep(random.uniform(0.005, 0.05) * attempt)
                    continue
                raise refusal_of(error) or error from error
        raise AssertionError("unreachable")

    async def _once(self, operation: Operation[*Ts, R], args: tuple[*Ts], terms: Terms) -> R:
        self._events, self._errands, self._terms, self.replayed = [], [], terms, False
        claim = None
        if terms.key:
            claim = idempotency.claim_of(
                self.actor.principal, terms.key, operation, args, terms.preconditions
            )
        self._commanding = True
        try:
            async with self._open:
                work = None if operation.late and not claim else await self._begin()
                known = (
                    await idempotency.take(work.driver, claim, self.surroundings.keys_kept)
                    if work and claim
                    else None
                )
                if known is not None:
                    self.replayed = True
                    return operation.result.validate_json(known)
                result = await operation(self, *args)
                await self._finish(terms, claim, operation.result, result)
                if not terms.validate_only:
                    self.due += self._errands
                return result
        finally:
            self._work, self._commanding, self._terms = None, False, PLAIN
            self.memory.clear()

    async def _begin(self) -> Transaction:
        self._work = await self._open.enter_async_context(self.connections.transaction())
        return self._work

    async def _connection(self) -> Driver:
        if self._commanding:
            work = self._work or await self._begin()
            await work.flush()
            return work.driver
        if self._driver is None:
            self._driver = await self._open.enter_async_context(self.connections.reader())
        return self._driver

    async def _finish(
        self, terms: Terms, claim: idempotency.Claim | None, kind: TypeAdapter[R], result: R
    ) -> None:
        if self._work is None and not self._events:
            return  # it let go, and has changed nothing since
        work = self._work or await self._begin()
        await work.flush()
        if claim and not terms.validate_only:
            await idempotency.keep(work.driver, claim, kind.dump_json(result), self._told)
        else:
            await events.tell(work.driver, self._told)
        await self._end(terms)

    async def _end(self, terms: Terms) -> None:
        if terms.validate_only:
            await self._running.driver.execute("SET CONSTRAINTS ALL IMMEDIATE")
        else:
            await self._running.commit()

    @property
    def _told(self) -> Telling:
        return Telling(self._events, self.actor.principal, self.trace_id)
