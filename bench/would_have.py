"""What a rule would have done over 8 weeks of a park of 20 cameras, on SQLite."""

import random
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.telling import tell
from rollout import asked, forecasts
from rollout.terms import read
from store import migrating, tables
from store.session import Engine, make_engine, reading, transaction
from store.vocabulary import Audience, CameraKind, Origin

CAMERAS, DAYS, FRAMES_A_DAY = 20, 56, 200
"""A camera's frames a day, after the motion gate."""

SHOTS = 12
"""Frames of a visit of a bear; a camera has one every second day."""

LIMIT_S = 5.0
MODEL, NOW = "a" * 64, datetime(2026, 11, 23, 20, tzinfo=UTC)
LABELS = ["bear", "empty", "other_animal", "person"]


def main() -> None:
    """Fill a park, ask a trial by night and a live rule by the sun, and print the slower of the two."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        migrating.upgrade(url)
        engine = make_engine(url)
        frames = fill(engine)
        taken = {name: asked_in(engine, rule) for name, rule in RULES.items()}
        engine.dispose()
    worst = max(taken, key=lambda name: taken[name][0])
    seconds, alerts = taken[worst]
    tell(
        name="would-have-8-weeks-20-cameras", value=round(seconds, 3),
        unit=f"s for {frames} stored detections, {alerts} alerts ({worst})", against="limit", against_value=LIMIT_S,
        reach=1.0, more=False,
    )  # fmt: skip


RULES: dict[str, dict[str, object]] = {
    "trial by the clock": {"stage": "trial", "hours": ["20:00-06:00"], "last_day": "2026-11-30"},
    "live by the sun": {"stage": "live", "sun": "night"},
}


def asked_in(engine: Engine, rule: dict[str, object]) -> tuple[float, int]:
    """Seconds, and alerts that it would have raised."""
    start = perf_counter()
    with reading(engine) as session:
        told = asked.of(session, read({"site": "camp", **rule}), default_model=MODEL)
        found = forecasts.of(session, told, now=NOW)
    return perf_counter() - start, found.alerts


def fill(engine: Engine) -> int:
    """One site with 20 cameras of a group each, and 8 weeks of what they saw; gives how many frames."""
    with transaction(engine) as session:
        session.add_all([
            tables.Park(id=1, name="Bench", time_zone="America/Denver", objective={}, exit={}),
            tables.Site(id="camp", name="Camp", time_zone="America/Denver", latitude=44.6, longitude=-110.5),
            tables.ModelVersion(
                sha256=MODEL, name="bench", path="model", labels=LABELS, threshold=0.5, added_at=NOW
            ),
            *(tables.CameraGroup(id=f"c{number}") for number in range(CAMERAS)),
        ])  # fmt: skip
        session.flush()
        session.add(tables.Receiver(id="team", site_id="camp", audience=Audience.RANGERS, url="folder:outbox"))
        for number in range(CAMERAS):
            session.add(
                tables.Camera(
                    id=f"c{number}", site_id="camp", kind=CameraKind.TRAIL, group_id=f"c{number}", recognise={}
                )
            )
    with transaction(engine, lasts=False) as session:
        rows = list(drawn(random.Random(3)))
        session.bulk_insert_mappings(tables.Frame, [frame for frame, _ in rows])
        session.bulk_insert_mappings(tables.Detection, [detection for _, detection in rows])
    return len(rows)


def drawn(chance: random.Random):  # type: ignore[no-untyped-def]
    """Frames with their detections: bears in visits of a few minutes, and everything else spread over the day."""
    number = 0
    for camera in range(CAMERAS):
        for day in range(DAYS):
            midnight = NOW - timedelta(days=day + 1)
            bears = [
                midnight + timedelta(seconds=start + shot * 20)
                for start in (chance.uniform(0, 86_000) for _ in range(sum(chance.random() < 0.25 for _ in "ab")))
                for shot in range(SHOTS)
            ]
            rest = [midnight + timedelta(seconds=chance.uniform(0, 86_000)) for _ in range(FRAMES_A_DAY - len(bears))]
            for at, bear in sorted([(at, True) for at in bears] + [(at, False) for at in rest]):
                number += 1
                yield _row(number, f"c{camera}", at, bear=bear, chance=chance)


def _row(
    number: int, camera: str, at: datetime, *, bear: bool, chance: random.Random
) -> tuple[dict[str, object], dict[str, object]]:
    p = chance.uniform(0.4, 0.99) if bear else chance.betavariate(1, 30)
    label = "bear" if bear else chance.choice(LABELS[1:])
    box = {"x": chance.random() * 0.8, "y": 0.4, "w": 0.1, "h": 0.1, "label": label, "p": p}
    rest = {name: (1 - p) / 3 for name in LABELS if name != "bear"}
    frame = {
        "id": number, "camera_id": camera, "sha256": sha256(str(number).encode()).hexdigest(),
        "stated_key": at.isoformat(), "stated_at": at, "taken_at": at, "received_at": at + timedelta(seconds=2),
        "origin": Origin.DOOR, "width": 1920, "height": 1080, "motion": [], "send": True,
    }  # fmt: skip
    detection = {
        "frame_id": number, "model_sha256": MODEL, "label": label, "p_bear": p, "seconds": 0.1,
        "probabilities": {"bear": p, **rest}, "out_of_domain_p": chance.random(), "night": False, "boxes": [box],
    }  # fmt: skip
    return frame, detection


if __name__ == "__main__":
    main()
