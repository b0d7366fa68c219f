"""The audit chain: appended in the same transaction as the change it tells of, and verified from its start."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal, or_, select
from sqlalchemy.orm import Session

from store import chain, people, tables
from store.chain import ChainState


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which entries. sites: what concerns one of these, none: all; action: "rule" holds "rule.proposed" too."""

    sites: Sequence[str] = ()
    who: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None


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
    entry.hash = chain.hash_of(entry)
    session.add(entry)
    head.number, head.hash = entry.number, entry.hash
    session.flush()
    return entry.number


def verify(session: Session) -> ChainState:
    """Walk the chain from its start to its head; a cut tail shows against the head."""
    state = chain.walk(each(session))
    head = session.get_one(tables.AuditHead, 1)
    if state.ok and (head.number, head.hash) != (state.last, state.head):
        says = f"the chain ends at {state.last}, its head says {head.number}: the tail was cut"
        return ChainState(entries=state.last, ok=False, first_bad=state.last + 1, says=says)
    return state


def each(session: Session, *, wanted: Wanted | None = None) -> Iterator[tables.AuditEntry]:
    """Entries, the oldest first, a few at a time."""
    entries = select(tables.AuditEntry).where(*_conditions(session, wanted or Wanted()))
    yield from session.scalars(entries.order_by(tables.AuditEntry.number)).yield_per(500)


def about(session: Session, subjects: Sequence[str], actions: Sequence[str]) -> Sequence[tables.AuditEntry]:
    """Entries of these actions on any of the subjects, oldest first."""
    entry = tables.AuditEntry
    wanted = select(entry).where(entry.subject.in_(subjects), entry.action.in_(actions)).order_by(entry.number)
    return session.scalars(wanted).all()


def latest(
    session: Session, *, before: int | None = None, limit: int = 100, wanted: Wanted | None = None
) -> Sequence[tables.AuditEntry]:
    """Entries, newest first, older than the given number."""
    conditions = _conditions(session, wanted or Wanted())
    entries = select(tables.AuditEntry).where(*conditions).order_by(tables.AuditEntry.number.desc()).limit(limit)
    return session.scalars(entries if before is None else entries.where(tables.AuditEntry.number < before)).all()


def _conditions(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    entry, found = tables.AuditEntry, list[ColumnElement[bool]]()
    if wanted.sites:
        found.append(_concerns(session, wanted.sites))
    if wanted.who is not None:
        found.append(entry.who == wanted.who)
    if wanted.action is not None:
        found.append(
            or_(entry.action == wanted.action, entry.action.startswith(f"{wanted.action}.", autoescape=True))
        )
    if wanted.since is not None:
        found.append(entry.at >= wanted.since)
    if wanted.until is not None:
        found.append(entry.at < wanted.until)
    return found


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
