"""Site camp with weeks behind it in which people watched blind beside the model, as it would be stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from store import reports, tables
from store.session import Engine, Session, transaction
from store.vocabulary import (
    Act,
    AlertState,
    Audience,
    Origin,
    Reason,
    Stage,
    Sureness,
    Verdict,
    WatchMode,
    WatchPlace,
)
from tests.rollout.proposing import MODEL, NOW

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
NIGHTFALL = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
"""Nine in the evening at the site; its day watch begins 13 hours later."""

DAYLIGHT = timedelta(hours=13)


@dataclass(frozen=True, kw_only=True)
class Bear:
    """One that came by: who saw it, and what was said of its picture."""

    at: datetime
    model: bool = True
    people: bool = False
    verdict: Verdict | None = Verdict.BEAR


def camera_waits(engine: Engine, since: datetime = NOW) -> None:
    """The site's camera is waited for, and has given its first picture."""
    with transaction(engine) as session:
        session.add(tables.CameraStatus(camera_id="creek", expected_since=since, last_seen_at=since, streaks={}))
        frame = _frame(since + MINUTE)
        session.add(frame)
        session.flush()
        session.add_all([_detection(frame, p=0.02), _decision(frame, None, Stage.SHADOW)])


def watches(
    engine: Engine, begins: Sequence[datetime], *, hours: int = 4, place: WatchPlace = WatchPlace.FIELD
) -> list[int]:  # fmt: skip
    """Blind watches of somebody who has no part in the rollout; at a desk over hours that were drawn before."""
    with transaction(engine) as session:
        rows = [
            tables.WatchSession(
                site_id="camp", person_id=3, observer="eve", mode=WatchMode.BLIND, place=place, started_at=at,
                ended_at=at + hours * HOUR, told_otherwise=False, flags=[], received_at=at,
                hours=_drawn(session, at, hours) if place is WatchPlace.DESK else [],
            )
            for at in begins
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        session.add_all(_shown(row, number, hour) for row in rows for number, hour in enumerate(row.hours))
        return [row.id for row in rows]


def bears(engine: Engine, rule: int, seen: Sequence[Bear], *, stage: Stage = Stage.SHADOW) -> list[int]:
    """What came by, with its pictures, alerts, answers and sightings; gives the alerts."""
    with transaction(engine) as session:
        found = [one for one in seen if one.model]
        frames = [_frame(one.at) for one in found]
        session.add_all(frames)
        session.flush()
        session.add_all(_detection(frame, p=0.9) for frame in frames)
        visits = [_visit(frame) for frame in frames]
        session.add_all(visits)
        session.flush()
        session.add_all(_decision(frame, visit, stage) for frame, visit in zip(frames, visits, strict=True))
        alerts = [_alert(visit, rule, stage) for visit in visits]
        session.add_all(alerts)
        session.flush()
        session.add_all(
            tables.Review(alert_id=alert.id, person_id=2, verdict=one.verdict, at=one.at + 4 * MINUTE)
            for one, alert in zip(found, alerts, strict=True) if one.verdict is not None
        )  # fmt: skip
        session.add_all(_sighting(session, one) for one in seen if one.people)
        return [alert.id for alert in alerts]


def report(engine: Engine, week: str, verdict: str, *, now: datetime, says: str = "because") -> tables.DriftReport:
    """A report as it is kept, without what it was made of."""
    with transaction(engine) as session:
        body = {"verdict": verdict, "reason": says, "site": "camp", "week": week}
        return reports.keep(
            session, "camp", week, verdict=verdict, body=body, inputs=f"{week}{now}"[:64], as_of=now, now=now
        )


def _drawn(session: Session, at: datetime, hours: int) -> list[int]:
    rows = [
        tables.DrawnHour(camera_id="creek", begins_at=at + number * HOUR, drawn_at=at - DAY, probability=0.5, seed=1)
        for number in range(hours)
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def _shown(watch: tables.WatchSession, number: int, hour: int) -> tables.DeskHour:
    """The recorded hour was shown whole, to somebody who knew nothing of it."""
    begins = watch.started_at + number * HOUR
    return tables.DeskHour(
        session_id=watch.id, hour_id=hour, person_id=3, given_at=begins, probability=0.5, done_at=begins + MINUTE,
        knew=False, seen=[[begins.isoformat(), (begins + HOUR).isoformat()]],
    )  # fmt: skip


def _frame(at: datetime) -> tables.Frame:
    return tables.Frame(
        camera_id="creek", sha256=f"{at.timestamp():.0f}", stated_key=at.isoformat(), stated_at=at, taken_at=at,
        received_at=at, origin=Origin.DOOR, width=96, height=64, motion=[],
    )  # fmt: skip


def _detection(frame: tables.Frame, *, p: float) -> tables.Detection:
    label = "bear" if p > 0.5 else "empty"
    return tables.Detection(
        frame_id=frame.id, model_sha256=MODEL, label=label, p_bear=p, seconds=0.1, out_of_domain_p=0.5,
        probabilities={"bear": p, "empty": 1 - p}, night=False,
        boxes=[{"x": 0.1, "y": 0.3, "w": 0.1, "h": 0.1, "label": label, "p": p}],
    )  # fmt: skip


def _decision(frame: tables.Frame, visit: tables.Visit | None, stage: Stage) -> tables.Decision:
    act = Act.NOTHING if visit is None else Act.RECORD if stage is Stage.SHADOW else Act.ASK
    return tables.Decision(
        frame_id=frame.id, camera_id="creek", stage=stage, act=act, reason=Reason.SHADOW, says="as stored",
        visit_id=visit.id if visit else None, model_sha256=MODEL, p_bear=0.9 if visit else 0.02, threshold=0.5,
        decided_at=frame.taken_at,
    )  # fmt: skip


def _visit(frame: tables.Frame) -> tables.Visit:
    return tables.Visit(
        group_id="creek", site_id="camp", camera_id="creek", model_sha256=MODEL, label="bear", bear=True,
        started_at=frame.taken_at, last_at=frame.taken_at, frames=1, p_bear=0.9, best_frame_id=frame.id,
    )  # fmt: skip


def _alert(visit: tables.Visit, rule: int, stage: Stage) -> tables.Alert:
    shadow = stage is Stage.SHADOW
    return tables.Alert(
        visit_id=visit.id, site_id="camp", camera_id="creek", cameras=["creek"], stage=stage,
        state=AlertState.SHADOW if shadow else AlertState.EXPIRED, audience=Audience.RANGERS,
        reason=Reason.SHADOW if shadow else Reason.HELD_FOR_REVIEW, says="a bear", rule_id=rule,
        frame_id=visit.best_frame_id, label="bear", p_bear=0.9, boxes=[], raised_at=visit.started_at,
        taken_at=visit.started_at, would_have={},
    )  # fmt: skip


def _sighting(session: Session, one: Bear) -> tables.Sighting:
    """Three minutes after the model's picture, of whichever watch was on."""
    at = one.at + 3 * MINUTE
    watch = (
        session.query(tables.WatchSession)
        .filter(tables.WatchSession.started_at <= at, tables.WatchSession.ended_at >= at)
        .one()
    )
    return tables.Sighting(
        site_id="camp", session_id=watch.id, at=at, species="bear", bears=1, sure=Sureness.CERTAIN, observer="eve",
        camera_id="creek" if watch.place is WatchPlace.DESK else None, person_id=3, source="watch", flags=[],
        received_at=at + MINUTE,
    )  # fmt: skip
