"""How far a trail camera's clock is off, told by when its pictures came; and what that does to their times."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.clocks import also_possible, times
from ingest.offsets import measured_offset

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
Told = list[tuple[datetime, datetime]]


def pictures(*, off: timedelta = timedelta(0), delays: list[float], every: timedelta = 3 * HOUR) -> Told:
    """Pictures with a clock that is so far off, each as many minutes late as told; the last one came at NOW."""
    received = [NOW - (len(delays) - 1 - number) * every for number in range(len(delays))]
    return [(at - delay * MINUTE + off, at) for at, delay in zip(received, delays, strict=True)]


@pytest.mark.parametrize(
    "off",
    [timedelta(0), -HOUR, HOUR, -DAY, DAY, NOW.replace(year=1970, month=1, day=1) - NOW, timedelta(minutes=-17)],
    ids=["right", "summer time began", "summer time ended", "a day behind", "a day ahead", "1970", "17 minutes"],
)  # fmt: skip
def test_a_clock_is_measured_by_pictures_that_came_soon(off: timedelta) -> None:
    found = measured_offset(pictures(off=off, delays=[0.5, 1, 2, 0.5, 1.5]))
    assert found is not None
    assert abs(found - off) <= 2 * MINUTE


def test_a_few_late_pictures_do_not_change_what_is_measured() -> None:
    found = measured_offset(pictures(off=-HOUR, delays=[1, 1, 240, 1, 2, 1, 90, 1]))
    assert found is not None
    assert abs(found + HOUR) <= 2 * MINUTE


@pytest.mark.parametrize(
    "told",
    [
        [],
        pictures(off=-HOUR, delays=[1, 1]),
        pictures(delays=[20, 55, 5, 190, 75, 35, 130, 12]),
        pictures(off=-HOUR, delays=[1] * 30, every=MINUTE),
        [(NOW - 9 * HOUR + n * HOUR, NOW + n * timedelta(seconds=10)) for n in range(9)],
        [(NOW.replace(year=2020, month=1, day=1), NOW + n * DAY) for n in range(8)],
    ],
    ids=["none", "two", "slow mail", "one hand-in", "a day's pictures in the evening", "a clock that stands still"],
)
def test_what_nobody_can_tell_is_not_measured(told: Told) -> None:
    assert measured_offset(told) is None


def test_a_clock_that_was_set_is_no_longer_behind_from_the_first_picture_on() -> None:
    behind = pictures(off=-HOUR, delays=[1] * 7)
    assert measured_offset(behind) is not None
    assert measured_offset([*behind, (NOW + DAY, NOW + DAY + MINUTE)]) is None


def test_a_measured_clock_corrects_a_picture_that_came_soon_and_one_that_came_late() -> None:
    soon, late = times(NOW - HOUR, NOW, -HOUR), times(NOW - 6 * HOUR, NOW, -HOUR)
    assert (soon.taken_at, late.taken_at) == (NOW, NOW - 5 * HOUR)
    assert (soon.stated_at, late.stated_at) == (NOW - HOUR, NOW - 6 * HOUR)
    assert "is 1 hour behind" in (soon.clock_fault or "")


def test_a_clock_ahead_or_of_1970_is_corrected_too() -> None:
    assert times(NOW, NOW + 3 * HOUR, DAY).taken_at == NOW - DAY
    epoch = datetime(1970, 1, 1, 12, tzinfo=UTC)
    assert times(epoch - 2 * HOUR, NOW, epoch - NOW).taken_at == NOW - 2 * HOUR


def test_a_time_that_fits_receipt_is_never_corrected() -> None:
    for off in (HOUR, -HOUR, DAY):
        assert times(NOW - 5 * MINUTE, NOW, off).taken_at == NOW - 5 * MINUTE


def test_a_correction_that_cannot_be_is_none() -> None:
    assert times(NOW - 20 * MINUTE, NOW, -HOUR).taken_at == NOW - 20 * MINUTE
    assert times(NOW + 2 * HOUR, NOW, HOUR).taken_at == NOW


def test_a_small_offset_corrects_nothing() -> None:
    assert times(NOW - HOUR, NOW, -8 * MINUTE).taken_at == NOW - HOUR


@pytest.mark.parametrize(
    ("stated", "offset", "others"),
    [
        (NOW, None, []),
        (NOW - HOUR, None, [NOW]),
        (NOW - HOUR, -HOUR, [NOW - HOUR]),
        (NOW - 6 * HOUR, -HOUR, [NOW, NOW - 6 * HOUR]),
        (NOW + HOUR, HOUR, []),
        (None, None, []),
    ],
    ids=["right", "doubtful", "corrected", "corrected and late", "ahead cannot be", "no time"],
)
def test_what_the_camera_said_stays_possible_beside_its_correction(
    stated: datetime | None, offset: timedelta | None, others: list[datetime]
) -> None:
    at = times(stated, NOW, offset)
    assert also_possible(at.stated_at, at.taken_at, NOW) == others
