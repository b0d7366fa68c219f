"""Told hours: when alerts of a site are told to people at once, so that nobody there watches blind."""

from collections.abc import Iterable
from datetime import datetime

from rollout import noticed, spans, terms
from rollout.matched_hours import Run
from rollout.spans import Span
from rollout.stages import WARNS
from store import rules, tables
from store.session import Session


def of(session: Session, site: tables.Site, runs: Iterable[Run], within: Span) -> list[Span]:
    """When, within a span, one of these runs was a trial or live rule that held."""
    return spans.joined(
        span for run in runs if run.stage in WARNS
        for span in _held(session, site, run.rule, run.since, run.until, within)
    )  # fmt: skip


def of_site(session: Session, site: tables.Site, within: Span) -> list[Span]:
    """The same of every revision that the site has had."""
    return spans.joined(
        span for row in rules.history(session, site.id) if row.stage in WARNS and row.in_force_at is not None
        for span in _held(session, site, row.id, row.in_force_at, row.ended_at, within)
    )  # fmt: skip


def _held(
    session: Session, site: tables.Site, rule: int, since: datetime, until: datetime | None, within: Span
) -> list[Span]:  # fmt: skip
    lasted = spans.both([within], [Span(since=since, until=until or within.until)])
    if not lasted:
        return []
    said, place = terms.read(session.get_one(tables.Rule, rule).body), noticed.place_of(site)
    return spans.in_scope(
        said, lasted[0], zone=place.zone, latitude=place.latitude, longitude=place.longitude
    )  # fmt: skip
