"""Protected hours: how long a rule in trial or live was to protect a site, and for how much of that it did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rollout import spans, terms
from rollout.spans import Span
from rollout.stages import WARNS
from store import episodes, history, park, recordings, rules, tables
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
    return sum(_seen_by(session, camera, spoken, now) for camera in named) / len(named)


def _seen_by(session: Session, camera: str, spoken: Sequence[Span], now: datetime) -> float:
    """Hours in which no bear could pass this camera because of us, counted from when it was first waited for."""
    status = session.get(tables.CameraStatus, camera)
    if status is None or status.expected_since is None:
        return 0.0
    first, last = max(spoken[0].since, status.expected_since), min(spoken[-1].until, now)
    blind = [Span(since=one.since, until=one.until) for one in _blind(session, camera, first, last)]
    watched = spans.both(spans.without(spoken, blind), [Span(since=first, until=max(first, last))])
    shed = sum(
        row.seconds for row in recordings.shed_between(session, camera, first, last) if _within(row.minute, watched)
    )
    return max(0.0, spans.hours(watched) - shed / 3600)


def _blind(session: Session, camera: str, since: datetime, until: datetime) -> Sequence[episodes.Interval]:
    return episodes.not_exposure(session, camera, since=since, until=until) if since < until else []


def _within(at: datetime, among: Sequence[Span]) -> bool:
    return any(span.since <= at < span.until for span in among)


def _span(begins: datetime, ends: datetime | None, since: datetime, until: datetime) -> Span:
    """Cut to the period; empty where it lies outside."""
    first, last = max(begins, since), min(ends or until, until)
    return Span(since=first, until=max(first, last))
