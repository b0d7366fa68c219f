"""Forecasts: what a rule would have done on the last weeks' stored detections, out of the store.

It takes seconds in a large park: read it before a transaction, never in one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from model.detections import Box, Detection
from rollout import asked, quieting, would_have
from rollout.asked import Asked
from rollout.quiet import Quiet
from rollout.rerun import Rerun, Shot
from rollout.rules import UNLIKE
from rollout.spans import Span
from rollout.stages import WARNS
from rollout.terms import Terms
from rollout.would_have import Bear, Duty, Ear, Forecast, People, Stored
from store import answers, detections, park, rules
from store import quiet as quiet_rows
from store.detections import Scored
from store.session import Engine, Session, reading
from store.vocabulary import Audience


def of_wanted(engine: Engine, wanted: Terms, *, default_model: str, now: datetime) -> Forecast | None:
    """Of a rule that somebody wants; None where it sends nothing, so that there is nothing to ask."""
    if wanted.stage not in WARNS:
        return None
    with reading(engine) as session:
        return of(session, asked.of(session, wanted, default_model=default_model), now=now)


def of_rule(engine: Engine, rule: int, *, now: datetime) -> Forecast | None:
    """Of a revision that is there, as it stands now. Raises NotFound."""
    with reading(engine) as session:
        row = rules.get(session, rule)
        return of(session, asked.of_row(session, row), now=now) if row.stage in WARNS else None


def of(session: Session, wanted: Asked, *, now: datetime, weeks: int = would_have.WEEKS) -> Forecast:
    """The rule once more over what came in during so many weeks."""
    window, site = Span(since=now - timedelta(weeks=weeks), until=now), wanted.site
    found = detections.summed(
        session, site.id, wanted.version.sha256, since=window.since, until=window.until, unlike=UNLIKE
    )  # fmt: skip
    people = _people(session, site.id, window)
    rerun = Rerun(
        wanted.terms, threshold=wanted.threshold, place=wanted.place, cameras=wanted.cameras,
        receivers=sum(_hears(ear, wanted.terms.audience) for ear in people.ears), held=_quiet(session, wanted, now),
    )  # fmt: skip
    return would_have.of(
        rerun.run(_shots(session, wanted, window)), wanted.terms, wanted.place, window=window, people=people,
        stored=Stored(
            model=wanted.version.sha256, frames=found.frames, unlike=found.unlike, first_at=found.first_at
        ),
    )  # fmt: skip


def _shots(session: Session, wanted: Asked, window: Span) -> Iterator[Shot]:
    """What may be a bear: surer than the threshold, or its likeliest label is one."""
    version = wanted.version
    least = min(wanted.threshold, 1 / max(2, len(version.labels)))
    for row in detections.likely(
        session, wanted.site.id, version.sha256, since=window.since, until=window.until, least=least
    ):
        yield Shot(
            frame=row.frame, camera=row.camera, group=row.group, stated_at=row.stated_at, taken_at=row.taken_at,
            received_at=row.received_at, origin=row.origin, found=_found(row, version.sha256, wanted.threshold),
        )  # fmt: skip


def _found(row: Scored, model: str, threshold: float) -> Detection:
    """As the version said it; index and seconds of it are not kept and not asked for."""
    return Detection(
        label=row.label, index=0, probabilities=row.probabilities, p_bear=row.p_bear, bear=row.p_bear >= threshold,
        threshold=threshold, out_of_domain_p=row.out_of_domain_p, night=row.night,
        boxes=tuple(Box(**box) for box in row.boxes), model=model, seconds=0.0,
    )  # fmt: skip


def _quiet(session: Session, wanted: Asked, now: datetime) -> dict[str, tuple[Quiet, ...]]:
    """The quiet places of now: they would hold under the rule as well."""
    rows = quiet_rows.in_force(session, wanted.cameras, at=now)
    return {camera: quieting.of([row for row in rows if row.camera_id == camera]) for camera in wanted.cameras}


def _people(session: Session, site: str, window: Span) -> People:
    return People(
        ears=[
            Ear(id=row.id, audience=row.audience, hours=row.hours)
            for row in park.receivers(session, site, Audience.CAMPERS)
        ],
        duties=[
            Duty(hours=row.hours, first=tuple(row.chain[0]["receivers"]) if row.chain else ())
            for row in park.duties(session, site)
        ],
        bears=[
            Bear(alert=one.alert, group=one.group, taken_at=one.taken_at)
            for one in answers.bears(session, site, since=window.since, until=window.until)
        ],
    )  # fmt: skip


def _hears(ear: Ear, audience: Audience) -> bool:
    return audience is Audience.CAMPERS or ear.audience is Audience.RANGERS
