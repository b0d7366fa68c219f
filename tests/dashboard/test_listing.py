"""What stands first, and times in words."""

from datetime import timedelta

import pytest

from api.schemas.words import AlertState, CameraHealth, Verdict
from dashboard.listing import answerable, by_urgency, held_by, hurries, left, missed, next_to_answer, quiet_says
from tests.dashboard.shapes import NOW, alert, camera

MINUTE = timedelta(minutes=1)


def test_the_nearest_deadline_comes_first_and_none_comes_last() -> None:
    late, soon, never = alert(id=1, deadline=NOW + 9 * MINUTE), alert(id=2, deadline=NOW), alert(id=3, deadline=None)
    assert [item.id for item in by_urgency([never, late, soon])] == [2, 1, 3]


def test_what_waits_comes_before_what_was_already_sent() -> None:
    sent = alert(id=1, state=AlertState.SENT, deadline=None, raised_at=NOW - 60 * MINUTE)
    found = next_to_answer([sent, alert(id=2, deadline=NOW + 9 * MINUTE)], name="riley", now=NOW)
    assert found is not None and found.id == 2
    only = next_to_answer([sent], name="riley", now=NOW)
    assert only is not None and only.id == 1


def test_what_nobody_answered_comes_after_what_waits_and_before_what_was_sent() -> None:
    sent = alert(id=1, state=AlertState.SENT, deadline=None, raised_at=NOW - 60 * MINUTE)
    expired = alert(id=2, state=AlertState.EXPIRED, deadline=NOW - 30 * MINUTE)
    waits = alert(id=3, deadline=NOW + 9 * MINUTE)
    asked = [next_to_answer(found, name="riley", now=NOW) for found in ([sent, expired, waits], [sent, expired])]
    assert [item and item.id for item in asked] == [3, 2]


def test_missed_is_what_expired_with_no_answer_and_was_no_replay() -> None:
    states = (AlertState.EXPIRED, AlertState.PENDING, AlertState.SENT)
    items = [alert(id=number, state=state) for number, state in enumerate(states)]
    unsure = alert(id=7, state=AlertState.EXPIRED, verdict=Verdict.UNSURE, raised_at=NOW + MINUTE)
    replayed = alert(id=8, state=AlertState.EXPIRED, replay=True)
    assert [item.id for item in missed([*items, unsure, replayed])] == [7, 0]


@pytest.mark.parametrize(
    ("by", "minutes", "holder"), [("sam", 1, "sam"), ("sam", 4, None), ("riley", 1, None), (None, 1, None)]
)
def test_a_claim_holds_others_off_until_it_lapses(by: str | None, minutes: int, holder: str | None) -> None:
    begun = NOW - minutes * MINUTE
    item = alert(
        state=AlertState.CLAIMED if by else AlertState.PENDING, claimed_by=by, claimed_at=begun,
        held_until=begun + 3 * MINUTE if by else None,
    )  # fmt: skip
    assert held_by(item, name="riley", now=NOW) == holder
    assert (next_to_answer([item], name="riley", now=NOW) is None) == (holder is not None)


@pytest.mark.parametrize(
    ("state", "verdict", "wanted"),
    [
        (AlertState.PENDING, None, True),
        (AlertState.PENDING, Verdict.UNSURE, True),
        (AlertState.SENT, None, True),
        (AlertState.SENT, Verdict.BEAR, False),
        (AlertState.SHADOW, None, True),
        (AlertState.EXPIRED, None, True),
        (AlertState.DISMISSED, Verdict.NOT_BEAR, False),
    ],
)
def test_unsure_is_no_answer(state: AlertState, verdict: Verdict | None, wanted: bool) -> None:
    assert answerable(alert(state=state, verdict=verdict)) is wanted


def test_quiet_is_never_called_clear() -> None:
    cameras = [camera("a", last_seen_at=NOW - timedelta(seconds=3)), camera("b", health=CameraHealth.SILENT)]
    says = quiet_says(cameras, NOW)
    assert says == "No alert waits for an answer. 1 of 2 cameras are alive; last picture 0 s ago."
    assert "clear" not in says and "safe" not in says


def test_quiet_says_so_when_something_was_never_answered() -> None:
    assert quiet_says([camera()], NOW, unanswered=1).startswith("No other alert waits for an answer")


def test_no_picture_ever_is_said_so() -> None:
    cameras = [camera(health=CameraHealth.NEVER_SEEN, last_seen_at=None)]
    assert quiet_says(cameras, NOW) == "No alert waits for an answer. 0 of 1 cameras is alive; last picture never."


def test_the_last_minute_hurries() -> None:
    assert hurries(NOW + timedelta(seconds=59), NOW)
    assert not hurries(NOW + MINUTE, NOW)
    assert left(NOW + 90 * MINUTE, NOW) == "1 h 30 min left to answer"
