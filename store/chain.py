"""The chain's links: an entry's hash over what it says and the hash before, and whether a run of entries holds.

The same check for the database and for a file that was taken from it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Protocol

START = "0" * 64


class Link(Protocol):
    """An entry, wherever it is kept."""

    number: Any
    at: Any
    who: Any
    action: Any
    subject: Any
    says: Any
    body: Any
    before: Any
    hash: Any


@dataclass(kw_only=True)
class Entry:
    """An entry as a file holds it."""

    number: int
    at: datetime
    who: str
    action: str
    subject: str
    says: str
    body: Mapping[str, Any]
    before: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class ChainState:
    """What a verification found. first_bad: the number of the first entry that does not hold, or None.

    entries: how many were looked at; last: the number of the last one; head: its hash.
    """

    entries: int
    ok: bool
    first_bad: int | None
    says: str
    last: int = 0
    head: str = START


def hash_of(entry: Link) -> str:
    """sha256 over the entry's canonical JSON, the hash before it included."""
    told = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "who": entry.who,
        "action": entry.action,
        "subject": entry.subject,
        "says": entry.says,
        "body": entry.body,
        "before": entry.before,
    }
    return sha256(json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def walk(entries: Iterable[Link], *, part: bool = False) -> ChainState:
    """Check entries from the chain's start on, in their order. part: some may be left out between them.

    Then each holds by itself, and follows the one before where that is there.
    """
    before, number, count = START, 0, 0
    for entry in entries:
        count += 1
        follows = entry.number == number + 1
        if not follows and not (part and entry.number > number):
            return _bad(count, number + 1, f"entry {number + 1} is missing")
        if entry.hash != hash_of(entry) or (follows and entry.before != before):
            return _bad(count, entry.number, f"entry {entry.number} was changed")
        before, number = entry.hash, entry.number
    says = f"{count} entries hold" + (", each by itself: the file is a part of the chain" if part else "")
    return ChainState(entries=count, ok=True, first_bad=None, says=says, last=number, head=before)


def _bad(count: int, number: int, says: str) -> ChainState:
    return ChainState(entries=count, ok=False, first_bad=number, says=says)
