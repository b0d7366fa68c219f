"""Retention: pictures past their budget are dropped in small steps; their rows and decisions stay.

A step that is cut short leaves a file without its note, which the next one writes: dropping twice is dropping once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from store import held, keeping
from store.archive import Archive
from store.keeping import DROPPABLE, Kept
from store.session import Engine, Session, reading, transaction
from store.vocabulary import Evidence

BATCH = 50
"""Files in one transaction: each is a matter of milliseconds, and nobody waits long."""

BATCHES = 40
"""In one pass; the next pass goes on."""

REGRETTED = timedelta(days=7)
"""For so long what was discarded can still be tried again."""

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Budget:
    """None: no limit."""

    days: int | None = None
    size_bytes: int | None = None


def budgets(told: Mapping[str, Mapping[str, float]]) -> dict[Evidence, Budget]:
    """[storage] of park.toml.

    >>> budgets({"quiet": {"days": 30, "gb": 0.5}})[Evidence.QUIET]
    Budget(days=30, size_bytes=500000000)
    """
    found = {}
    for kind in DROPPABLE:
        said = told.get(kind.value, {})
        days, gb = said.get("days"), said.get("gb")
        found[kind] = Budget(
            days=None if days is None else int(days), size_bytes=None if gb is None else int(gb * 1_000_000_000)
        )
    return found


def keep(engine: Engine, archive: Archive, wanted: Mapping[Evidence, Budget], *, now: datetime) -> int:
    """Drop what is past its budget and count what is left; gives how many were dropped."""
    gone = 0
    for kind, budget in wanted.items():
        if budget.days is not None:
            gone += _too_old(engine, archive, kind, budget.days, now)
        if budget.size_bytes is not None:
            gone += _too_much(engine, archive, kind, budget.size_bytes, now)
    for kind in Evidence:
        with reading(engine) as session:
            found = keeping.amount(session, kind)
        with transaction(engine, lasts=False) as session:
            keeping.note_counted(session, kind, found, now=now)
    return gone


def keep_discarded(engine: Engine, archive: Archive, *, now: datetime) -> int:
    """Free the bytes of pictures that somebody discarded, some days after that; gives how many. Their rows stay."""
    gone = 0
    with transaction(engine) as session:
        for row in held.discarded(session, before=now - REGRETTED, limit=BATCH):
            if held.wanted_elsewhere(session, row):
                row.kept = False
            elif archive.drop(row.sha256, now=now) is not None:
                row.kept = False
                gone += 1
    if gone:
        log.info("storage.dropped", kind="discarded", pictures=gone, why=f"discarded {REGRETTED.days} days ago")
    return gone


def _too_old(engine: Engine, archive: Archive, kind: Evidence, days: int, now: datetime) -> int:
    why = f"older than {days} days, as [storage.{kind.value}] of park.toml says"
    with reading(engine) as session:
        rows = keeping.oldest(session, kind, before=now - timedelta(days=days), limit=BATCH * BATCHES)
    return _said(kind, _dropped(engine, archive, kind, rows, why, now), why)


def _too_much(engine: Engine, archive: Archive, kind: Evidence, most: int, now: datetime) -> int:
    why = f"the oldest beyond {most / 1e9:g} GB, as [storage.{kind.value}] of park.toml says"
    with reading(engine) as session:
        excess = keeping.amount(session, kind).size_bytes - most
        rows = keeping.oldest(session, kind, before=None, limit=BATCH * BATCHES) if excess > 0 else []
    return _said(kind, _dropped(engine, archive, kind, _until(rows, excess), why, now), why)


def _dropped(
    engine: Engine, archive: Archive, kind: Evidence, rows: Sequence[Kept], why: str, now: datetime
) -> int:  # fmt: skip
    """Drop what was found, some in one transaction, each looked at again: somebody may need it by now."""
    gone = 0
    for start in range(0, len(rows), BATCH):
        ids = [row.id for row in rows[start : start + BATCH]]
        with transaction(engine) as session:
            still = keeping.oldest(session, kind, before=None, limit=BATCH, among=ids)
            went = _drop(session, archive, kind, still, why, now)
        gone += went
        if went < len(still):
            break
    return gone


def _until(rows: Sequence[Kept], excess: int) -> list[Kept]:
    """The first of them that together make up the excess."""
    found: list[Kept] = []
    for row in rows:
        if excess <= 0:
            break
        found.append(row)
        excess -= row.size_bytes
    return found


def _drop(session: Session, archive: Archive, kind: Evidence, rows: Sequence[Kept], why: str, now: datetime) -> int:
    gone = 0
    for row in rows:
        size = archive.drop(row.sha256, now=now)
        if size is None:
            break
        keeping.note_dropped(session, row, kind=kind, size_bytes=size, why=why, now=now)
        gone += 1
    return gone


def _said(kind: Evidence, gone: int, why: str) -> int:
    if gone:
        log.info("storage.dropped", kind=kind.value, pictures=gone, why=why)
    return gone
