"""Report audit: what is known of what nobody was told of, and of how people look, out of the store into values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rollout import trust_told
from rollout.report_counts import Met
from rollout.trust_told import Answered, Audited, Size
from store import looks, tables
from store.report_rows import Answer
from store.session import Session
from store.vocabulary import LookKind, Scored, Verdict

HASTY_S = 2.0
"""Nobody looks at a piece's pictures in less: such an answer is kept, set apart, and is none."""


@dataclass(frozen=True, kw_only=True)
class Trusted:
    """What a report tells of it, and when the last of it came in (None: nothing did)."""

    audit: Mapping[str, Any]
    agreement: Mapping[str, Any]
    seeded: Mapping[str, Any]
    blind: Mapping[str, Any]
    times: Sequence[datetime]


def trust_of(
    session: Session, site: str, *, since: datetime, until: datetime, as_of: datetime, mets: Sequence[Met],
    answers: Sequence[Answer],
) -> Trusted:  # fmt: skip
    """Of the days of UTC of a span. mets, answers: what is known of its alerts."""
    span = {"since": since, "until": until, "as_of": as_of}
    draws, items = looks.draws(session, site, **span), looks.of_site(session, site, LookKind.AUDIT, **span)
    tests, seconds = (looks.of_site(session, site, kind, **span) for kind in (LookKind.SEEDED, LookKind.SECOND))
    days = {row.day for row in draws}
    found = sum(
        met.visit is not None and met.verdict is Verdict.BEAR and met.at.astimezone(UTC).date() in days
        for met in mets
    )  # fmt: skip
    firsts = _firsts(answers)
    blind = {number: one.blind for number, one in firsts.items()}
    pairs = [
        Answered(first=row.first_verdict, second=row.verdict, first_blind=blind.get(row.of_alert_id or 0))
        for row in seconds
        if row.first_verdict and row.verdict and _known(row, as_of)
    ]
    return Trusted(
        audit=trust_told.audited(
            [Size(stratum=Scored(one["name"]), size=one["size"]) for row in draws for one in row.strata],
            [_item(row, as_of) for row in items], found=found,
        ) | {"set_apart": sum(_known(row, as_of) and _hasty(row) for row in items)},
        agreement=trust_told.agreed(pairs),
        seeded=trust_told.seeded(
            [(row.truth, row.verdict) for row in tests if row.truth and row.verdict and _known(row, as_of)]
        ),
        blind=trust_told.blinded([(one.blind, one.verdict) for one in firsts.values()], pairs),
        times=_times(draws, [*items, *tests, *seconds], as_of),
    )  # fmt: skip


def _firsts(answers: Sequence[Answer]) -> dict[int, Answer]:
    """The first answer of each alert."""
    found: dict[int, Answer] = {}
    for one in answers:
        found.setdefault(one.alert, one)
    return found


def _known(row: tables.Look, as_of: datetime) -> bool:
    return row.answered_at is not None and row.answered_at <= as_of


def _hasty(row: tables.Look) -> bool:
    return row.took_s is not None and row.took_s < HASTY_S


def _item(row: tables.Look, as_of: datetime) -> Audited:
    return Audited(
        stratum=row.stratum or Scored.NOTHING, chance=row.chance or 1.0,
        verdict=row.verdict if _known(row, as_of) and not _hasty(row) else None,
    )  # fmt: skip


def _times(
    draws: Sequence[tables.AuditDraw], every: Sequence[tables.Look], as_of: datetime
) -> list[datetime]:  # fmt: skip
    found = [row.drawn_at for row in draws] + [row.made_at for row in every]
    return found + [row.answered_at for row in every if row.answered_at and row.answered_at <= as_of]
