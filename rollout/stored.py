"""Stored: a site's frames as the store has them, as values to be decided again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from model.detections import Box, Detection, Failed, Found
from rollout import quieting, terms
from rollout.retelling import Answer, Held, Place, Rule, RuleAt, Scored, Span
from store import park, rules, scored, tables
from store.scored import Row
from store.session import Session
from store.vocabulary import Audience, Verdict


def place(session: Session, site: tables.Site) -> Place:
    """The site, with the receivers that it has now and every stop that it ever had."""
    return Place(
        site=site.id, zone=ZoneInfo(site.time_zone), latitude=site.latitude, longitude=site.longitude,
        receivers={audience: len(park.receivers(session, site.id, audience)) for audience in Audience},
        drawn=park.the_park(session).demo, stops=scored.stops(session, site.id), quiet=list(_quiet(session, site.id)),
        moved=scored.moved(session, site.id),
    )  # fmt: skip


def _quiet(session: Session, site: str) -> Iterator[Held]:
    """Every place that was ever quiet, as it is known to decisions."""
    rows = scored.quiet(session, site)
    for row, place in zip(rows, quieting.of(rows), strict=True):
        ends = [at for at in (row.until, row.ended_at) if at is not None]
        if row.settled_at is not None and ends:
            yield Held(camera=row.camera_id, place=place, span=(row.settled_at, min(ends)))


def frames(
    session: Session, site: str, *, since: datetime, until: datetime, model: str | None = None
) -> Iterator[Scored]:
    """Frames to be decided again; those that this version has not looked at are left out.

    model None: as they were decided, whatever the version; then none is left out.
    """
    own = {row.sha256: row.threshold for row in session.query(tables.ModelVersion)}
    for row in scored.frames(session, site, since=since, until=until, model=model):
        if model is None or row.said_by is not None:
            yield _scored(row, own)


def answers(session: Session, site: str, *, since: datetime) -> Sequence[Answer]:
    """What people said of the site's alerts since then."""
    return [
        Answer(
            frame=alert.frame_id, at=review.at, verdict=review.verdict,
            withheld=review.verdict is Verdict.BEAR and alert.state.value == "withheld",
        )
        for review, alert in scored.reviews(session, site, since=since)
    ]  # fmt: skip


def as_decided(session: Session, site: str) -> RuleAt:
    """For each frame the rule that its decision was made under."""
    narrowed = scored.narrowed(session, site)
    known = {row.id: _by_version(row, narrowed) for row in rules.history(session, site)}
    of_frame = dict(scored.rule_ids(session, site))
    return lambda frame: known.get(of_frame.get(frame.frame) or 0, {}).get(frame.model)


def _by_version(row: tables.Rule, narrowed: Sequence[Span]) -> Mapping[str, Rule]:
    """A revision as it decides, by the version that it lets decide: its own, and its canary's."""
    said, canary = terms.read(row.body), rules.canary_of(row)
    own = Rule(terms=said, threshold=said.threshold, cameras=rules.cameras_of(row), narrowed=narrowed)
    tried = {canary.sha256: replace(own, threshold=canary.threshold)} if canary is not None else {}
    return {"": own, row.model_sha256: own, **tried}


def _found(row: Row, *, threshold: float) -> Found | None:
    """What a version said of a frame, as it said it."""
    if row.said_by is None:
        return None
    if row.p_bear is None or row.label is None:
        kind, _, detail = (row.error or "unknown: ").partition(": ")
        return Failed(kind=kind, detail=detail)
    return Detection(
        label=row.label, index=0, probabilities=row.probabilities, p_bear=row.p_bear, bear=row.p_bear >= threshold,
        threshold=threshold, out_of_domain_p=row.out_of_domain_p, night=bool(row.night),
        boxes=tuple(Box(**box) for box in row.boxes), model=row.said_by, seconds=row.seconds,
    )  # fmt: skip


def _scored(row: Row, own: Mapping[str, float]) -> Scored:
    model = row.said_by or row.decided_by or ""
    threshold = own.get(model, 1.0)
    return Scored(
        frame=row.frame, camera=row.camera, group=row.group, model=model, origin=row.origin, taken_at=row.taken_at,
        received_at=row.received_at, at=row.decided_at, found=_found(row, threshold=threshold), threshold=threshold,
        stated_at=row.stated_at, send=row.send,
    )  # fmt: skip
