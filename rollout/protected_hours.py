"""Protected hours: how long a rule in trial or live was to protect a site, and for how much of that it did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rollout import exposure, spans, terms
from rollout.spans import Span
from rollout.stages import WARNS
from store import history, park, rules, tables
from store.episodes import Interval
from store.session import Session


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Hours of a site. in_scope: a rule in trial or live held; protected: of these, what was seen and would be told.

    lost: the rest by cause, as far as one cause took it first: stopped or NOT protected, then blind or shed cameras.
    """

    in_scope: float
    protected: float
    lost: Mapping[str, float]


NOT_SENT, NOT_SEEN = "stopped or not protected", "cameras blind"


def of_site(session: Session, site: tables.Site, *, since: datetime, until: datetime) -> Hours:
    """Of one site in a period. An hour in which one of two cameras was blind counts half."""
    told = history.of(session, site.id, since, until)
    silent = spans.joined(
        [_span(row.since, row.lifted_at, since, until) for row in told.stops]
        + [_span(row.since, row.ended_at, since, until) for row in told.gaps]
    )
    scoped = sent = seen = 0.0
    for rule in told.rules:
        if rule.stage in WARNS and rule.in_force_at is not None:
            held = _scope(site, rule, _span(rule.in_force_at, rule.ended_at, since, until))
            spoken = spans.without(held, silent)
            scoped, sent = scoped + spans.hours(held), sent + spans.hours(spoken)
            seen += _seen(session, site, rule, spoken, until)
    lost = {NOT_SENT: scoped - sent, NOT_SEEN: sent - seen}
    return Hours(in_scope=scoped, protected=seen, lost={name: hours for name, hours in lost.items() if hours > 0})


def _scope(site: tables.Site, rule: tables.Rule, within: Span) -> list[Span]:
    return spans.in_scope(
        terms.read(rule.body), within, zone=ZoneInfo(site.time_zone), latitude=site.latitude,
        longitude=site.longitude,
    )  # fmt: skip


def _seen(session: Session, site: tables.Site, rule: tables.Rule, spoken: Sequence[Span], now: datetime) -> float:
    """Hours that the rule's cameras saw, shared among them."""
    cameras = rules.cameras_of(rule)
    named = [row.id for row in park.cameras(session, site.id)] if cameras is None else cameras
    if not spoken or not named:
        return 0.0
    periods = [Interval(since=span.since, until=span.until) for span in spoken]
    minutes = sum(exposure.watched_in(session, camera, periods, now=now) for camera in named)
    return minutes / 60 / len(named)


def _span(begins: datetime, ends: datetime | None, since: datetime, until: datetime) -> Span:
    """Cut to the period; empty where it lies outside."""
    first, last = max(begins, since), min(ends or until, until)
    return Span(since=first, until=max(first, last))
