"""What the server's clock says of a camera."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.health import health
from store.vocabulary import CameraHealth, CameraKind

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "silence", "expected"),
    [
        (CameraKind.STREAM, timedelta(seconds=0), CameraHealth.ALIVE),
        (CameraKind.STREAM, timedelta(seconds=30), CameraHealth.ALIVE),
        (CameraKind.STREAM, timedelta(seconds=31), CameraHealth.SILENT),
        (CameraKind.FILE, timedelta(seconds=31), CameraHealth.SILENT),
        (CameraKind.TRAIL, timedelta(hours=25), CameraHealth.ALIVE),
        (CameraKind.TRAIL, timedelta(hours=27), CameraHealth.SILENT),
        (CameraKind.STREAM, timedelta(seconds=-5), CameraHealth.ALIVE),
    ],
)
def test_a_camera_is_silent_after_its_kinds_own_time(
    kind: CameraKind, silence: timedelta, expected: CameraHealth
) -> None:
    assert health(kind, last_seen_at=NOW - silence, fault=None, now=NOW)[0] is expected


@pytest.mark.parametrize("kind", list(CameraKind))
def test_a_camera_that_never_gave_a_picture_says_so(kind: CameraKind) -> None:
    assert health(kind, last_seen_at=None, fault=None, now=NOW) == (
        CameraHealth.NEVER_SEEN,
        "no picture has come yet",
    )


def test_a_fault_is_told_in_its_own_words_however_fresh_the_last_picture() -> None:
    state, says = health(CameraKind.STREAM, last_seen_at=NOW, fault="10.0.0.7 does not answer", now=NOW)
    assert (state, says) == (CameraHealth.BROKEN, "10.0.0.7 does not answer")


def test_silence_is_told_in_words() -> None:
    says = health(CameraKind.STREAM, last_seen_at=NOW - timedelta(hours=2), fault=None, now=NOW)[1]
    assert says == "no picture for 2 hours"
