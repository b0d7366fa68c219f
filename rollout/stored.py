"""Stored: a site's frames as the store has them, as values to be decided again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from model.detections import Box, Detection, Failed, Found
from rollout import terms
from rollout.retelling import Answer, Place, Rule, RuleAt, Scored
from store import park, rules, scored, tables
from store.scored import Row
from store.session import Session
from store.vocabulary import Audience, Verdict


def place(session: Session, site: tables.Site) -> Place:
    """The site, with the receivers that it has now and every stop that it ever had."""
    return Place(
        site=site.id, zone=ZoneInfo(site.time_zone), latitude=site.latitude, longitude=site.longitude,
        receivers={audience: len(park.receivers(session, site.id, audience)) for audience in Audience},
        drawn=park.the_park(session).demo, stops=scored.stops(session, site.id),
    )  # fmt: skip


def frames(
    session: Session, site: str, *, since: datetime, until: datetime, model: str | None = None
) -> Iterator[Scored]:
    """Frames to be decided again; those that this version has not looked at are left out.

    model None: as they were decided, whatever the version; then none is left out.
    """
    own = {row.sha256: row.threshold for row in session.query(tables.ModelVersion)}
    for row in scored.frames(session, site, since=since, until=until, model=model):
        if model is None or row.detection is not None:
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
    known: Mapping[int, Rule] = {row.id: as_rule(row) for row in rules.history(session, site)}
    of_frame = dict(scored.rule_ids(session, site))
    return lambda frame: known.get(of_frame.get(frame.frame) or 0)


def as_rule(row: tables.Rule) -> Rule:
    """A revision as it decides."""
    said = terms.read(row.body)
    return Rule(terms=said, threshold=said.threshold, cameras=rules.cameras_of(row))


def found_of(row: tables.Detection | None, *, threshold: float) -> Found | None:
    """What a version said of a frame, as it said it."""
    if row is None:
        return None
    if row.p_bear is None or row.label is None:
        kind, _, detail = (row.error or "unknown: ").partition(": ")
        return Failed(kind=kind, detail=detail)
    return Detection(
        label=row.label, index=0, probabilities=row.probabilities, p_bear=row.p_bear, bear=row.p_bear >= threshold,
        threshold=threshold, out_of_domain_p=row.out_of_domain_p, night=bool(row.night),
        boxes=tuple(Box(**box) for box in row.boxes), model=row.model_sha256, seconds=row.seconds,
    )  # fmt: skip


def _scored(row: Row, own: Mapping[str, float]) -> Scored:
    model = row.detection.model_sha256 if row.detection else row.decision.model_sha256 or ""
    frame, threshold = row.frame, own.get(model, 1.0)
    return Scored(
        frame=frame.id, camera=frame.camera_id, group=row.group, model=model, origin=frame.origin,
        taken_at=frame.taken_at, received_at=frame.received_at, at=row.decision.decided_at,
        found=found_of(row.detection, threshold=threshold), threshold=threshold, stated_at=frame.stated_at,
        send=frame.send,
    )  # fmt: skip
