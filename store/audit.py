"""The audit chain: appended in the same transaction as the change it tells of, and verified from its start."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal, or_, select
from sqlalchemy.orm import Session

from store import people, tables

START = "0" * 64


@dataclass(frozen=True, kw_only=True)
class ChainState:
    """What a verification found. first_bad is the number of the first entry that does not hold, or None."""

    entries: int
    ok: bool
    first_bad: int | None
    says: str


def append(
    session: Session,
    *,
    at: datetime,
    who: str,
    action: str,
    subject: str,
    says: str,
    body: Mapping[str, Any] | None = None,
) -> int:
    """Add one entry to the chain and give its number. The head row is locked until the transaction ends."""
    head = session.get_one(tables.AuditHead, 1, with_for_update=True, populate_existing=True)
    entry = tables.AuditEntry(
        number=head.number + 1,
        at=at.astimezone(UTC),
        who=who,
        action=action,
        subject=subject,
        says=says,
        body=dict(body or {}),
        before=head.hash,
        hash="",
    )
    entry.hash = hash_of(entry)
    session.add(entry)
    head.number, head.hash = entry.number, entry.hash
    session.flush()
    return entry.number


def hash_of(entry: tables.AuditEntry) -> str:
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


def verify(session: Session) -> ChainState:
    """Walk the chain from its start to its head; a cut tail shows against the head."""
    before, number = START, 0
    rows = session.scalars(select(tables.AuditEntry).order_by(tables.AuditEntry.number)).yield_per(500)
    for entry in rows:
        number += 1
        if entry.number != number:
            return ChainState(entries=number, ok=False, first_bad=number, says=f"entry {number} is missing")
        if entry.before != before or entry.hash != hash_of(entry):
            return ChainState(entries=number, ok=False, first_bad=number, says=f"entry {number} was changed")
        before = entry.hash
    head = session.get_one(tables.AuditHead, 1)
    if (head.number, head.hash) != (number, before):
        says = f"the chain ends at {number}, its head says {head.number}: the tail was cut"
        return ChainState(entries=number, ok=False, first_bad=number + 1, says=says)
    return ChainState(entries=number, ok=True, first_bad=None, says=f"{number} entries hold")


def about(session: Session, subjects: Sequence[str], actions: Sequence[str]) -> Sequence[tables.AuditEntry]:
    """Entries of these actions on any of the subjects, oldest first."""
    entry = tables.AuditEntry
    wanted = select(entry).where(entry.subject.in_(subjects), entry.action.in_(actions)).order_by(entry.number)
    return session.scalars(wanted).all()


def latest(
    session: Session, *, before: int | None = None, limit: int = 100, sites: Sequence[str] = ()
) -> Sequence[tables.AuditEntry]:
    """Entries, newest first, older than the given number; sites: only what concerns one of these."""
    entries = select(tables.AuditEntry).order_by(tables.AuditEntry.number.desc()).limit(limit)
    if before is not None:
        entries = entries.where(tables.AuditEntry.number < before)
    if sites:
        entries = entries.where(_concerns(session, sites))
    return session.scalars(entries).all()


def _concerns(session: Session, sites: Sequence[str]) -> ColumnElement[bool]:
    """Whether an entry's subject belongs to one of these sites. park.toml names all of them, so it does not."""
    subject, action = tables.AuditEntry.subject, tables.AuditEntry.action
    named = [f"site:{site}" for site in sites]
    named += [f"person:{person.name}" for person in people.of_sites(session, sites)]
    return or_(
        subject.in_(named),
        subject.startswith("model:"),
        (subject == "park") & action.startswith("stop"),
        *(
            subject.in_(select(literal(f"{kind}:") + cast(table.id, String)).where(table.site_id.in_(sites)))
            for kind, table in (("rule", tables.Rule), ("alert", tables.Alert), ("camera", tables.Camera))
        ),
    )
