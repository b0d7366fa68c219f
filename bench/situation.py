"""The situation of a frame read from 1 000 visits and from 1 000 000 (SQLite), and the pure decision on it."""

import sqlite3
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.telling import tell
from model.detections import Box, Detection
from rollout import reading, rules
from rollout.situations import Situation
from store import migrating, tables
from store import rules as rule_rows
from store.session import Engine, make_engine, transaction
from store.session import reading as reading_store
from store.vocabulary import Origin
from tests.conftest import small_park
from tests.rollout.scenes import MODEL, NOW, trial

FEW, MANY = 1_000, 1_000_000
AGES = {"newest": timedelta(), "late": timedelta(days=20)}
TIMES, PURE_TIMES, WARM = 100, 5_000, 50
MOST_US = 50.0
FRAMES = 10_000_000
"""The ids of the frames that are read lie above this."""

HISTORY = """
CREATE TEMP TABLE past AS
WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < :visits)
SELECT id, id % 2 = 0 AS bear,
       strftime('%Y-%m-%d %H:%M:%S.000000', :now, '-' || ((:visits - id + 1) * 31) || ' minutes') AS at FROM n;

INSERT INTO frame (id, camera_id, sha256, stated_key, taken_at, received_at, origin, width, height, motion, send)
SELECT id, 'creek', printf('%064d', id), '', at, at, 'door', 640, 360, '[]', 1 FROM past;

INSERT INTO visit (id, group_id, site_id, camera_id, model_sha256, label, bear, started_at, last_at, frames, p_bear,
                   best_frame_id)
SELECT id, 'creek', 'camp', 'creek', :model, iif(bear, 'bear', 'person'), bear, at, at, 1, 0.9, id FROM past;

INSERT INTO detection (frame_id, model_sha256, label, p_bear, probabilities, boxes, seconds)
SELECT id, :model, iif(bear, 'bear', 'person'), 0.9, '{}', '[]', 0.01 FROM past;

INSERT INTO decision (frame_id, camera_id, rule_id, stage, act, reason, says, visit_id, model_sha256, p_bear,
                      threshold, decided_at)
SELECT id, 'creek', 1, 'trial', iif(bear, 'ask', 'nothing'), iif(bear, 'HELD_FOR_REVIEW', 'BELOW_THRESHOLD'), '', id,
       :model, 0.9, 0.5, at FROM past;

INSERT INTO alert (visit_id, turn, site_id, camera_id, cameras, state, stage, audience, reason, says, rule_id,
                   frame_id, label, p_bear, boxes, send, raised_at, taken_at, asked_again, step, held_s, asks,
                   would_have)
SELECT id, 1, 'camp', 'creek', '["creek"]', iif(id % 4, 'dismissed', 'sent'), 'trial', 'rangers', 'HELD_FOR_REVIEW',
       '', 1, id, 'bear', 0.9, '[]', 1, at, at, 0, 0, '{}', 0, '{}' FROM past WHERE bear;
"""
"""A visit every 31 minutes, all of one camera and each its own; every second a bear's, asked about."""

BEAR = Detection(
    label="bear", index=0, probabilities={"bear": 0.9, "empty": 0.1}, p_bear=0.9, bear=True, threshold=0.5,
    out_of_domain_p=0.5, night=False, boxes=(Box(x=0.4, y=0.4, w=0.2, h=0.2, label="bear", p=0.9),), model=MODEL,
    seconds=0.01,
)  # fmt: skip


def main() -> None:
    """Print how many times as long a long history takes, and the microseconds of a decision."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        parks = [stack.enter_context(_park(Path(folder) / str(many), many)) for many in (FEW, MANY)]
        for name, age in AGES.items():
            few, many = _side_by_side(parks, age)
            tell(
                name=f"situation-{name}", value=many * 1000, unit=f"ms to read it among {MANY} visits",
                against=f"among {FEW}", against_value=few * 1000, reach=1.5, more=False,
            )  # fmt: skip
        situation = parks[-1].read(AGES["newest"])
    tell(
        name="decision", value=_pure_us(situation), unit="us", against="limit", against_value=MOST_US, reach=1,
        more=False,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Park:
    """A park with a history, and a frame of each age that waits for its decision."""

    engine: Engine
    folder: Path

    def read(self, age: timedelta) -> Situation:
        """Read all that the decision on a bear in the frame of this age rests on."""
        with reading_store(self.engine) as session:
            told = rule_rows.deciding(session, self.frame(age))
            case = reading.case(told, BEAR, now=NOW)
            return reading.situation(session, case, reading.near(session, case), data_dir=self.folder)

    def frame(self, age: timedelta) -> int:
        """Its number."""
        return FRAMES + int(age.total_seconds())


@contextmanager
def _park(folder: Path, many: int) -> Iterator[Park]:
    """A site in trial whose only camera has seen so many visits."""
    file = folder / "bearwatch.db"
    migrating.upgrade(f"sqlite:///{file}")
    park = Park(engine=make_engine(f"sqlite:///{file}"), folder=folder)
    small_park(park.engine)
    trial(park.engine, folder)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(
            HISTORY.replace(":visits", str(many)).replace(":model", f"'{MODEL}'").replace(":now", f"'{NOW:%F %T}'")
        )
        connection.commit()
    with transaction(park.engine) as session:
        for age in AGES.values():
            at = NOW - age - timedelta(minutes=2)
            session.add(tables.Frame(
                id=park.frame(age), camera_id="creek", sha256=f"{age}", stated_key="", taken_at=at, received_at=at,
                origin=Origin.DOOR, width=640, height=360, motion=[],
            ))  # fmt: skip
    yield park
    park.engine.dispose()


def _side_by_side(parks: Sequence[Park], age: timedelta) -> list[float]:
    """Median seconds of each, in turns: what else the machine does falls on both."""
    found: list[list[float]] = [[] for _ in parks]
    for _ in range(WARM + TIMES):
        for park, seconds in zip(parks, found, strict=True):
            start = time.perf_counter()
            park.read(age)
            seconds.append(time.perf_counter() - start)
    return [statistics.median(seconds[WARM:]) for seconds in found]


def _pure_us(situation: Situation) -> float:
    """Median microseconds of one decision."""
    found = []
    for _ in range(PURE_TIMES):
        start = time.perf_counter()
        rules.decide(BEAR, situation)
        found.append(time.perf_counter() - start)
    return statistics.median(found) * 1e6


if __name__ == "__main__":
    main()
