"""Backtests: bears found and missed, false alarms, and what a rule would have sent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from model.detections import Box, Detection
from rollout import backtest
from rollout.backtest import Shot
from rollout.footage_labels import EVER, Footage, Piece
from rollout.retelling import Place, Scored, Teller, always
from rollout.terms import Terms, read
from store.vocabulary import Audience, Origin

ZONE = ZoneInfo("America/Denver")
BEGIN = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
PLACE = Place(
    site="camp", zone=ZONE, latitude=44.6, longitude=-110.5, receivers={Audience.RANGERS: 1, Audience.CAMPERS: 1}
)
LIVE = read({"site": "camp", "stage": "live"})


def footage(name: str, *pieces: tuple[float, float, str], at: datetime = BEGIN, camera: str = "creek") -> Footage:
    """A clip of a minute with its parts."""
    return Footage(
        file=name, camera=camera, begins=at, seconds=60.0, clip=True,
        pieces=tuple(
            Piece(line=line, start_s=start, end_s=end, label=label, bear=label == "bear", distance="")
            for line, (start, end, label) in enumerate(pieces, 2)
        ),
    )  # fmt: skip


def told(
    files: Sequence[Footage], seen: dict[str, list[tuple[float, float]]], terms: Terms = LIVE, **more: Any
) -> dict[str, Any]:
    """Backtest clips on frames with (second, p of a bear)."""
    shots, scored = [], []
    for one in files:
        for at_s, p in seen.get(one.file, []):
            shot = Shot(frame=len(shots) + 1, footage=one, at_s=at_s, width=640, height=360)
            assert one.begins is not None
            at = one.begins + timedelta(seconds=at_s)
            shots.append(shot)
            scored.append(
                Scored(
                    frame=shot.frame, camera=one.camera, group=one.camera, model="m", origin=Origin.DOOR, taken_at=at,
                    received_at=at, at=at, found=detection(p, night=one.camera == "dark"), threshold=0.5,
                )
            )  # fmt: skip
    teller = Teller(place=PLACE, rule_at=always(terms))
    decided = list(teller.tell(sorted(scored, key=lambda one: one.at)))
    usual: dict[str, Any] = {"group_of": lambda camera: camera, "zone": ZONE, "lost": frozenset()}
    return backtest.told(files, shots, decided, teller, **usual | more)


def detection(p: float, *, night: bool) -> Detection:
    label = "bear" if p >= 0.5 else "empty"
    return Detection(
        label=label, index=0, probabilities={"bear": p, "empty": 1 - p}, p_bear=p, bear=p >= 0.5, threshold=0.5,
        out_of_domain_p=None, night=night, boxes=(Box(x=0.4, y=0.4, w=0.05, h=0.05, label=label, p=p),), model="m",
        seconds=0.01,
    )  # fmt: skip


def test_a_bear_is_found_by_one_frame_in_its_part_and_missed_by_none() -> None:
    later = BEGIN + timedelta(hours=2)
    files = [footage("a", (0, 30, "bear")), footage("b", (0, EVER, "bear"), at=later)]
    found = told(files, {"a": [(5, 0.2), (10, 0.9)], "b": [(5, 0.4)]})
    assert found["visits"] == {"bear": 2, "found": 1, "missed": 1}
    assert (found["recall"], found["false_alarms"], found["precision"]) == (0.5, 0, 1.0)
    assert [miss["files"][0]["file"] for miss in found["misses"]] == ["b"]
    assert found["misses"][0]["p_bear"] == 0.4


def test_a_bear_outside_the_labelled_part_of_a_file_is_a_false_alarm_with_its_place() -> None:
    found = told([footage("a", (0, 10, "bear"), (10, 60, "empty"))], {"a": [(5, 0.9)]})
    assert found["false_alarms"] == 0
    apart = BEGIN + timedelta(hours=3)
    found = told(
        [footage("a", (0, 10, "bear")), footage("b", (0, 60, "elk"), at=apart)], {"b": [(20, 0.8), (40, 0.7)]}
    )
    assert (found["visits"]["found"], found["false_alarms"], found["precision"]) == (0, 1, 0.0)
    assert found["false"][0] | {} == found["false"][0] | {"file": "b", "at_s": 20, "p_bear": 0.8, "labelled": "elk"}
    assert found["misses"][0]["says"] == "nothing moved: no frame of it was worth scoring"


def test_clips_of_one_group_less_than_the_gap_apart_are_one_bear() -> None:
    files = [
        footage("a", (0, EVER, "bear")), footage("b", (0, EVER, "bear"), at=BEGIN + timedelta(minutes=20)),
        footage("c", (0, EVER, "bear"), at=BEGIN + timedelta(minutes=52)),
    ]  # fmt: skip
    found = told(files, {"b": [(1, 0.9)]})
    assert found["visits"] == {"bear": 2, "found": 1, "missed": 1}


def test_camera_days_are_days_of_the_site_with_footage_unless_they_are_stated() -> None:
    midnight = datetime(2026, 7, 2, 5, 59, 30, tzinfo=UTC)
    files = [footage("a"), footage("b", at=midnight), footage("c", camera="ridge")]
    found = told(files, {"a": [(1, 0.9)]})
    assert found["camera_days"] == 4.0
    assert (found["false_alarms"], found["false_alarms_per_camera_day"]) == (1, 0.25)
    assert found["slices"]["camera:creek"]["camera_days"] == 3
    assert told(files, {}, days=30.0)["camera_days"] == 30.0


def test_slices_tell_night_distance_and_camera_apart() -> None:
    files = [
        replace(footage("a", (0, EVER, "bear")), pieces=(
            Piece(line=2, start_s=0, end_s=EVER, label="bear", bear=True, distance="near"),
        )),
        footage("b", (0, EVER, "bear"), camera="dark"),
    ]  # fmt: skip
    slices = told(files, {"a": [(1, 0.2)], "b": [(1, 0.9)]})["slices"]
    assert {name: part["visits"]["found"] for name, part in slices.items()} == {
        "day": 0, "night": 1, "near": 0, "far": 1, "camera:creek": 0, "camera:dark": 1
    }  # fmt: skip
    assert slices["near"]["visits"]["missed"] == 1


def test_the_rule_says_what_is_sent_and_what_is_held() -> None:
    files = [
        footage("a", (0, EVER, "bear")),
        footage("b", (0, EVER, "bear"), at=BEGIN + timedelta(hours=1)),
        footage("c", (0, EVER, "bear"), at=BEGIN + timedelta(hours=14)),
    ]
    seen = {name: [(1.0, 0.9)] for name in "abc"}
    hours = read({"site": "camp", "stage": "live", "hours": ["20:00-06:00"], "cooldown_minutes": 90})
    would = told(files, seen, hours)["would_have"]
    assert (would["alerts"], would["sent"], would["held"]) == (3, 1, 2)
    assert would["by_reason"] == {"SENT": 1, "COOLDOWN": 1, "OUTSIDE_SCOPE": 1}
    trial = read({"site": "camp", "stage": "trial", "last_day": "2026-07-30"})
    assert told(files, seen, trial)["would_have"]["asked"] == 3
    assert told(files, seen, read({"site": "camp", "stage": "shadow"}))["would_have"]["recorded"] == 3


def test_a_higher_threshold_of_the_rule_misses_what_the_version_finds() -> None:
    strict = read({"site": "camp", "stage": "live", "threshold": 0.95})
    assert told([footage("a", (0, EVER, "bear"))], {"a": [(1, 0.9)]}, strict)["visits"]["missed"] == 1


def test_a_bear_in_a_file_that_cannot_be_opened_is_neither_found_nor_missed() -> None:
    found = told([footage("a", (0, EVER, "bear"))], {}, lost=frozenset({"a"}))
    assert (found["visits"]["bear"], found["not_judged"], found["recall"]) == (0, 1, None)
