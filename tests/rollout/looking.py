"""A day of camera time at site camp: pictures that raised nothing, and what people make of them later."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rollout import look_draw, looks
from rollout.actors import Actor
from store import tables
from store.session import Engine, reading, transaction
from store.vocabulary import Act, LookKind, Origin, Reason, Stage, Verdict
from tests.rollout.scenes import MODEL, NOW, RILEY

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
MIDNIGHT = NOW.replace(hour=0)
"""Of the day of UTC that is audited."""

AFTER = MIDNIGHT + DAY + 4 * HOUR
"""When it is drawn."""


def pictures(
    engine: Engine, moments: Sequence[datetime], *, p: float | None = 0.02, camera: str = "creek",
    origin: Origin = Origin.DOOR,
) -> list[int]:  # fmt: skip
    """Pictures that raised nothing; p None: not scored. Gives their frames."""
    with transaction(engine) as session:
        many, found = session.query(tables.Frame).count(), []
        for number, at in enumerate(moments, many):
            frame = tables.Frame(
                camera_id=camera, sha256=f"f{number:063d}", stated_key=at.isoformat(), taken_at=at, received_at=at,
                origin=origin, width=640, height=360, motion=[], send=origin is Origin.DOOR,
            )  # fmt: skip
            session.add(frame)
            session.flush()
            session.add(tables.Decision(
                frame_id=frame.id, camera_id=camera, stage=Stage.TRIAL, act=Act.NOTHING,
                reason=Reason.BELOW_THRESHOLD, says="", model_sha256=MODEL, p_bear=p,
                threshold=None if p is None else 0.5, decided_at=at,
            ))  # fmt: skip
            found.append(frame.id)
        return found


def settle(engine: Engine, **told: float) -> None:
    """[park.trust]."""
    with transaction(engine) as session:
        session.get_one(tables.Park, 1).trust = told


def draw(engine: Engine, now: datetime = AFTER) -> int:
    """Draw what is due."""
    return look_draw.keep(engine, now)


def rows(engine: Engine, kind: LookKind | None = None) -> list[tables.Look]:
    """Every look, or those of a kind."""
    with reading(engine) as session:
        wanted = session.query(tables.Look).order_by(tables.Look.since, tables.Look.id)
        return (wanted if kind is None else wanted.filter_by(kind=kind)).all()


def give(engine: Engine, by: Actor = RILEY, now: datetime = AFTER) -> int | None:
    """Ask for the next look; gives its number."""
    with transaction(engine) as session:
        found = looks.give(session, by=by, now=now)
        return found.row.id if found.row else None


def says(engine: Engine, by: Actor = RILEY, now: datetime = AFTER) -> str:
    """Why there is none."""
    with transaction(engine) as session:
        return looks.give(session, by=by, now=now).says


def answer(
    engine: Engine, look: int, verdict: Verdict, *, by: Actor = RILEY, now: datetime = AFTER + MINUTE / 6
) -> str:  # fmt: skip
    """Answer a look; gives what it was."""
    with transaction(engine) as session:
        row = looks.answer(session, look, verdict=verdict, species=None, note=None, by=by, now=now)
        return looks.told(row)
