"""A week's report of one site, and the Monday of all 20, with 60 cameras and two years of rows, on SQLite."""

import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from zoneinfo import ZoneInfo

from bench.telling import tell
from store import migrating, tables
from store.session import Engine, make_engine, transaction
from store.vocabulary import (
    Audience,
    CameraFault,
    CameraKind,
    Role,
    RuleState,
    Sureness,
    Verdict,
    WatchMode,
    WatchPlace,
)

SITES, CAMERAS, DAYS = 20, 3, 730
"""Cameras of each site."""

FRAMES_A_DAY, BEARS_A_WEEK, SEEN_A_WEEK, WATCHES_A_WEEK = 24, 7, 5, 6
"""Of each camera; of each site."""

WEEK, MORE = "2026-W46", 4
"""The week that is reported; so many times the rows of a week, for how the cost grows."""

NOW, MODEL = datetime(2026, 11, 23, 13, tzinfo=UTC), "a" * 64
LIMIT_S, LIMIT_MB, MONDAY_S = 2.0, 250.0, 30.0


def main() -> None:
    """Print the seconds and megabytes of a process that makes one report, and how both follow the rows."""
    with TemporaryDirectory() as folder:
        usual = _filled(Path(folder) / "usual.db", days=DAYS, times=1)
        short = _filled(Path(folder) / "short.db", days=DAYS // 3, times=1)
        busy = _filled(Path(folder) / "busy.db", days=DAYS // 3, times=MORE)
        first, second = _asked(usual, "site-7"), _asked(usual, "site-7")
        few, many = _asked(short, "site-7"), _asked(busy, "site-7")
        _asked(short, "site-7")
        _asked(usual, MONDAY)
        monday = _asked(usual, MONDAY)
    tell(name="report-first", value=first[0], unit="s for the first report of a site, its whole history uncounted",
         against="limit", against_value=LIMIT_S, reach=1, more=False)  # fmt: skip
    tell(name="report", value=second[0], unit="s for a week's report, two years of rows", against="limit",
         against_value=LIMIT_S, reach=1, more=False)  # fmt: skip
    tell(name="report-monday", value=monday[0], unit=f"s for the reports of all {SITES} sites, two years of rows",
         against="limit", against_value=MONDAY_S, reach=1, more=False)  # fmt: skip
    tell(name="report-monday-memory", value=monday[1], unit="MB of the process that makes them", against="limit",
         against_value=LIMIT_MB, reach=1, more=False)  # fmt: skip
    tell(name="report-memory", value=max(first[1], second[1]), unit="MB of the process that makes it",
         against="limit", against_value=LIMIT_MB, reach=1, more=False)  # fmt: skip
    tell(name="report-history", value=second[0], unit="s with two years of rows", against="s with eight months",
         against_value=few[0], reach=1.5, more=False)  # fmt: skip
    tell(name="report-rows", value=many[0], unit=f"s with {MORE} times the rows a week", against="s with the usual",
         against_value=few[0], reach=MORE, more=False)  # fmt: skip


MONDAY = "--monday"


def all_sites(url: str) -> None:
    """What the clock makes on a Monday at six: the report of each site; print the seconds and the most memory."""
    from rollout import iso_weeks, mondays
    from store import runs

    engine, zone = make_engine(url), ZoneInfo("America/Denver")
    this = iso_weeks.holding(NOW, zone)
    with transaction(engine) as session:
        for site in range(SITES):
            for back in range(2, mondays.MADE_UP + 1):
                week = iso_weeks.back(this, back, zone).name
                if not runs.is_done(session, mondays.JOB, f"site-{site}", week):
                    runs.mark(session, mondays.JOB, f"site-{site}", week, says="bench", now=NOW)
    start = perf_counter()
    if (made := mondays.keep(engine, NOW)) != SITES:
        raise SystemExit(f"{made} reports were made, not {SITES}")
    print(perf_counter() - start, _most_mb())


def once(url: str, site: str) -> None:
    """Make the report in this process; print the seconds and the most memory it took."""
    from rollout import reports

    engine = make_engine(url)
    start = perf_counter()
    with transaction(engine) as session:
        reports.make(session, site, WEEK, now=NOW)
    print(perf_counter() - start, _most_mb())


def _most_mb() -> float:
    """The most memory that this process held since it began to be itself."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _asked(url: str, site: str) -> tuple[float, float]:
    told = subprocess.run(
        [sys.executable, "-m", "bench.report", url, site], stdout=subprocess.PIPE, text=True, check=True
    )
    _forget(url)
    seconds, megabytes = told.stdout.split()
    return float(seconds), float(megabytes)


def _forget(url: str) -> None:
    """The report itself: the next one is made anew. What was counted of old weeks stays."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.execute("DELETE FROM drift_report")
        connection.execute("DELETE FROM run WHERE says <> 'bench'")
        connection.commit()


def _filled(file: Path, *, days: int, times: int) -> str:
    """A park with so many days behind it. times: how many times the usual rows a day."""
    url = f"sqlite:///{file}"
    migrating.upgrade(url)
    engine = make_engine(url)
    _park(engine, begun=NOW - timedelta(days=days))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executescript(
            FRAMES.replace(":many", str(days * FRAMES_A_DAY * times))
            .replace(":step", str(1440 // FRAMES_A_DAY // times))
            .replace(":model", f"'{MODEL}'").replace(":now", f"'{NOW:%F %T}'")
        )  # fmt: skip
        connection.commit()
    with transaction(engine, lasts=False) as session:
        chance, rows = random.Random(7), dict[type[tables.Table], list[dict[str, object]]]()
        for site in range(SITES):
            for week in range(days // 7):
                for table, row in _week(chance, site, NOW - timedelta(days=7 * (week + 1)), times):
                    rows.setdefault(table, []).append(row)
        for number, row in enumerate(rows[tables.Visit], 1):
            row["id"] = number
        for number, row in enumerate(rows[tables.Alert], 1):
            row |= {"id": number, "visit_id": number}
        for number, row in enumerate(rows[tables.Review], 1):
            row["alert_id"] = number
        for number, row in enumerate(rows[tables.WatchSession], 1):
            row["id"] = number
        for row, watch in zip(rows[tables.Sighting], _turns(rows[tables.WatchSession]), strict=False):
            at = watch["started_at"]
            row |= {"session_id": watch["id"], "site_id": watch["site_id"], "at": at, "received_at": at}
        for table in (
            tables.Visit,
            tables.Alert,
            tables.Review,
            tables.WatchSession,
            tables.Sighting,
            tables.Episode,
            tables.Shed,
        ):
            session.bulk_insert_mappings(table, rows[table])
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(JOINED)
        connection.commit()
    engine.dispose()
    return url


def _turns(watches: list[dict[str, object]]) -> list[dict[str, object]]:
    """Watches in which a bear was seen: most of them, in order."""
    return [watch for number, watch in enumerate(watches) if number % WATCHES_A_WEEK < SEEN_A_WEEK]


def _park(engine: Engine, *, begun: datetime) -> None:
    with transaction(engine) as session:
        session.add_all([
            tables.Park(id=1, name="Bench", time_zone="America/Denver", objective={}, exit={}),
            tables.ModelVersion(
                sha256=MODEL, name="bench", path="model", labels=["bear", "empty"], threshold=0.5, added_at=begun
            ),
            tables.Person(id=1, name="ann", role=Role.RANGER, sites=[], password_hash="x", created_at=begun),
        ])  # fmt: skip
        for site in range(SITES):
            session.add(tables.Site(
                id=f"site-{site}", name=f"Site {site}", time_zone="America/Denver", latitude=44.6, longitude=-110.5
            ))  # fmt: skip
            session.add_all(tables.CameraGroup(id=f"c{site * CAMERAS + one}") for one in range(CAMERAS))
        session.flush()
        for site in range(SITES):
            session.add(tables.Rule(
                site_id=f"site-{site}", revision=1, model_sha256=MODEL, stage="shadow", audience=Audience.RANGERS,
                body={"site": f"site-{site}", "stage": "shadow"}, state=RuleState.IN_FORCE, widens=False,
                needs_second=False, reason="bench", evidence={}, bound_to="x", proposed_at=begun, in_force_at=begun,
            ))  # fmt: skip
            for one in range(CAMERAS):
                name = f"c{site * CAMERAS + one}"
                session.add(tables.Camera(
                    id=name, site_id=f"site-{site}", kind=CameraKind.TRAIL, group_id=name, recognise={}
                ))  # fmt: skip
                session.flush()
                session.add(tables.CameraStatus(camera_id=name, expected_since=begun, streaks={}))


FRAMES = f"""
CREATE TEMP TABLE past AS
WITH RECURSIVE n(id) AS (SELECT 0 UNION ALL SELECT id + 1 FROM n WHERE id < :many - 1)
SELECT id * {SITES * CAMERAS} + c.number + 1 AS id, 'c' || c.number AS camera,
       strftime('%Y-%m-%d %H:%M:%S.000000', :now, '-' || (id * :step + 1) || ' minutes') AS at
FROM n CROSS JOIN (WITH RECURSIVE c(number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM c
                   WHERE number < {SITES * CAMERAS - 1}) SELECT number FROM c) c;

INSERT INTO frame (id, camera_id, sha256, stated_key, taken_at, received_at, origin, width, height, motion, send)
SELECT id, camera, printf('%064d', id), '', at, at, 'door', 640, 360, '[]', 1 FROM past;

INSERT INTO detection (frame_id, model_sha256, label, p_bear, probabilities, boxes, seconds, out_of_domain_p, night)
SELECT id, :model, 'empty', 0.1, '{{}}', '[]', 0.01, 0.4, id % 2 FROM past;

INSERT INTO decision (frame_id, camera_id, rule_id, stage, act, reason, says, visit_id, model_sha256, p_bear,
                      threshold, decided_at)
SELECT id, camera, 1, 'shadow', 'nothing', 'NOTHING_FOUND', '', NULL, :model, 0.1, 0.5, at FROM past;
"""
"""Every camera's pictures of all the days, evenly spread; in none of them a bear."""

JOINED = """
UPDATE decision SET visit_id = (SELECT id FROM visit WHERE visit.best_frame_id = decision.frame_id), act = 'record',
       reason = 'SHADOW', p_bear = 0.9
WHERE frame_id IN (SELECT best_frame_id FROM visit);
"""


def _week(
    chance: random.Random, site: int, begins: datetime, times: int
) -> Iterator[tuple[type[tables.Table], dict[str, object]]]:
    """What one site's week leaves besides its pictures."""
    name = f"site-{site}"
    for _ in range(WATCHES_A_WEEK * times):
        since = begins + timedelta(minutes=chance.randrange(7 * 1440 - 300))
        yield tables.WatchSession, {
            "site_id": name, "person_id": 1, "observer": "ann", "mode": WatchMode.BLIND, "place": WatchPlace.FIELD,
            "started_at": since, "ended_at": since + timedelta(hours=4), "closed_by_limit": False,
            "told_otherwise": False, "hours": [], "flags": [], "received_at": since,
        }  # fmt: skip
    for _ in range(SEEN_A_WEEK * times):
        at = begins + timedelta(minutes=chance.randrange(7 * 1440))
        yield tables.Sighting, {
            "site_id": name, "session_id": 0, "at": at, "species": "bear", "bears": 1, "sure": Sureness.CERTAIN,
            "observer": "ann", "person_id": 1, "source": "watch", "flags": [], "received_at": at,
        }  # fmt: skip
    for _ in range(BEARS_A_WEEK * times):
        at = begins + timedelta(minutes=chance.randrange(7 * 1440))
        camera = site * CAMERAS + chance.randrange(CAMERAS)
        frame = _frame(at, camera, times)
        yield tables.Visit, {
            "group_id": f"c{camera}", "site_id": name, "camera_id": f"c{camera}", "model_sha256": MODEL,
            "label": "bear", "bear": True, "started_at": at, "last_at": at, "frames": 1, "p_bear": chance.random(),
            "best_frame_id": frame,
        }  # fmt: skip
        yield tables.Alert, {
            "turn": 1, "site_id": name, "camera_id": f"c{camera}", "cameras": [f"c{camera}"], "state": "shadow",
            "stage": "shadow", "audience": Audience.RANGERS, "reason": "SHADOW", "says": "", "rule_id": site + 1,
            "frame_id": frame, "label": "bear", "p_bear": 0.9, "boxes": [], "send": True, "raised_at": at,
            "taken_at": at, "asked_again": False, "step": 0, "held_s": {}, "asks": 0, "would_have": {},
        }  # fmt: skip
        yield tables.Review, {
            "person_id": 1, "verdict": chance.choice([Verdict.BEAR, Verdict.BEAR, Verdict.NOT_BEAR]),
            "at": at + timedelta(minutes=chance.randrange(600)), "took_s": 9.0,
        }  # fmt: skip
    for camera in range(site * CAMERAS, (site + 1) * CAMERAS):
        since = begins + timedelta(minutes=chance.randrange(6 * 1440))
        yield tables.Episode, {
            "camera_id": f"c{camera}", "kind": CameraFault.SILENT, "began_at": since, "noticed_at": since,
            "ended_at": since + timedelta(hours=2), "blind": True, "says": "", "measured": {}, "told": 0,
        }  # fmt: skip
        for minute in chance.sample(range(7 * 1440), 100 * times):
            at = (begins + timedelta(minutes=minute)).replace(second=0, microsecond=0)
            yield tables.Shed, {"camera_id": f"c{camera}", "minute": at, "seconds": 5.0, "pictures": 10}


def _frame(at: datetime, camera: int, times: int) -> int:
    """The picture of a camera that lies next to a moment."""
    step = 1440 // FRAMES_A_DAY // times
    return max(0, int((NOW - at) / timedelta(minutes=step)) - 1) * SITES * CAMERAS + camera + 1


if __name__ == "__main__":
    if len(sys.argv) > 2:
        all_sites(sys.argv[1]) if sys.argv[2] == MONDAY else once(sys.argv[1], sys.argv[2])
    else:
        main()
