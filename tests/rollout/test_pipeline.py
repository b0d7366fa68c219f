"""What a version is told of a frame before it looks."""

from typing import Any

import pytest

from ingest.frames import Region
from rollout.pipeline import moved
from store import tables
from store.vocabulary import CameraKind, Origin

REGION = [0.1, 0.2, 0.3, 0.4]


@pytest.mark.parametrize("origin", [Origin.DOOR, Origin.REPLAY, Origin.BULK, Origin.SEEDED])
def test_of_a_still_nobody_says_what_moved(origin: Origin) -> None:
    assert moved(tables.Frame(origin=origin, upload_id=None, motion=[]), CameraKind.TRAIL) is None


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (CameraKind.STREAM, {"origin": Origin.STREAM, "upload_id": None}),
        (CameraKind.STREAM, {"origin": Origin.SEEDED, "upload_id": None}),
        (CameraKind.TRAIL, {"origin": Origin.DOOR, "upload_id": 7}),
    ],
)
def test_of_a_stream_and_a_clip_it_is_said_that_nothing_moved(kind: CameraKind, told: dict[str, Any]) -> None:
    assert moved(tables.Frame(**told, motion=[]), kind) == []


@pytest.mark.parametrize("origin", Origin)
@pytest.mark.parametrize("kind", CameraKind)
def test_what_moved_is_said_whatever_the_door(origin: Origin, kind: CameraKind) -> None:
    told = tables.Frame(origin=origin, upload_id=None, motion=[REGION])
    assert moved(told, kind) == [Region(x=0.1, y=0.2, w=0.3, h=0.4)]
