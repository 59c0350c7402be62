"""Who asks a running server made-up questions, what they know of it, and what came of it."""

import re
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import requests

ID = re.compile(r"[a-z]+_[0-9a-f]{32}")
SECONDS = 20


@dataclass(frozen=True)
class Caller:
    """Somebody with a key of their own."""

    name: str
    headers: dict[str, str]

    @classmethod
    def with_key(cls, address: str, name: str, authorization: str) -> "Caller":
        """A key that nothing that is asked under it can take away: no session ends it."""
        headers = {"Authorization": authorization}
        me = requests.get(f"{address}/v1/me", headers=headers, timeout=SECONDS).json()
        made = requests.post(
            f"{address}/v1/api-keys",
            json={"name": f"fuzz {secrets.token_hex(4)}", "scopes": me["permissions"]},
            headers=headers,
            timeout=SECONDS,
        )
        if not made.ok:  # not everybody may have keys
            return cls(name, headers)
        return cls(name, {"Authorization": f"Bearer {made.json()['secret']}"})

    def still_let_in(self, address: str) -> bool:
        """Whether the credentials outlived the questions."""
        return requests.get(f"{address}/v1/me", headers=self.headers, timeout=SECONDS).ok


@dataclass
class Report:
    """How often each status was answered, and what was wrong: one example of each kind."""

    answers: Counter[int] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        """How many questions there were."""
        return self.answers.total()

    def __str__(self) -> str:
        told = ", ".join(f"{status}: {count}" for status, count in sorted(self.answers.items()))
        return f"{self.asked} questions ({told}), {len(self.wrong)} answers that were not promised"


@dataclass(frozen=True)
class Known:
    """Ids of things that are there, by their word; but for users and keys, who ask."""

    ids: dict[str, list[str]]

    @classmethod
    def to(cls, caller: Caller, address: str, openapi: dict[str, Any]) -> "Known":
        """Whatever the lists hold that take no parameter."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for path, methods in openapi["paths"].items():
            if "get" in methods and "{" not in path:
                url = f"{address}{path}"
                answer = requests.get(url, headers=caller.headers, timeout=SECONDS)
                for id in ID.findall(answer.text):
                    found[id.partition("_")[0]].add(id)
        for word in ("user", "key"):
            found.pop(word, None)
        return cls({word: sorted(ids) for word, ids in found.items()})

    def put_into(self, value: Any, chance: Random, name: str = "") -> Any:
        """The value with most of its ids replaced by ids that there are."""
        if isinstance(value, dict):
            return {key: self.put_into(part, chance, str(key)) for key, part in value.items()}
        if isinstance(value, list):
            return [self.put_into(part, chance, name) for part in value]
        known = [id for word in self._words(name) for id in self.ids.get(word, ())]
        return chance.choice(known) if known and chance.random() < 0.7 else value

    def _words(self, name: str) -> Iterator[str]:
        if name.endswith("_id"):
            word = name.removesuffix("_id").rpartition("_")[2]
            yield from ("category", "location") if word == "parent" else (word,)
