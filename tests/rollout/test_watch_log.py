"""What cannot have been is refused; what is doubted is named, and is no exposure."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rollout import watch_log
from rollout.watch_log import LATE, LIMIT, Watch
from store.errors import WatchLogMalformed
from store.vocabulary import Doubt, WatchMode, WatchPlace

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BLIND = Watch(mode=WatchMode.BLIND, place=WatchPlace.FIELD, since=AT, until=AT + 2 * HOUR, received_at=AT)


def watch(**more: Any) -> Watch:
    return Watch(**(vars(BLIND) | more))


def doubts(one: Watch = BLIND, **more: Any) -> tuple[Doubt, ...]:
    usual: dict[str, Any] = {"overlaps": False, "sightings": [], "alerts": []}
    return watch_log.doubts(one, now=AT + 3 * HOUR, **(usual | more))


@pytest.mark.parametrize(
    ("one", "more", "found"),
    [
        (BLIND, {}, ()),
        (watch(by_limit=True), {}, (Doubt.NO_END,)),
        (BLIND, {"overlaps": True}, (Doubt.OVERLAPPING,)),
        (BLIND, {"sightings": [AT + number * MINUTE for number in range(27)]}, ()),
        (BLIND, {"sightings": [AT + number * MINUTE for number in range(28)]}, (Doubt.TOO_MANY,)),
        (watch(told_otherwise=True), {}, (Doubt.TOLD_OTHERWISE,)),
        (watch(patrol=True), {}, (Doubt.SENT_BY_ALERT,)),
        (watch(received_at=AT + LATE), {}, ()),
        (watch(received_at=AT + LATE + MINUTE), {}, (Doubt.TOLD_LATE,)),
        (watch(imported=True, received_at=AT + 90 * HOUR), {}, (Doubt.NOT_SIGNED,)),
        (watch(imported=True, signed=True, received_at=AT + 90 * HOUR), {}, ()),
        (watch(place=WatchPlace.DESK), {}, (Doubt.NOT_DRAWN,)),
        (watch(place=WatchPlace.DESK, drawn=True), {"alerts": [(AT + HOUR, True)]}, ()),
        (BLIND, {"alerts": [(AT + HOUR, True)]}, (Doubt.ASKED,)),
        (BLIND, {"alerts": [(AT - MINUTE, True)]}, ()),
        (BLIND, {"sightings": [AT + MINUTE], "alerts": [(AT - MINUTE, True)]}, (Doubt.COPIED,)),
        (BLIND, {"sightings": [AT + 12 * MINUTE], "alerts": [(AT - MINUTE, True)]}, ()),
        (watch(mode=WatchMode.ROUTINE), {"alerts": [(AT + HOUR, True)]}, ()),
    ],
)
def test_each_doubt_is_named(one: Watch, more: dict[str, Any], found: tuple[Doubt, ...]) -> None:
    assert doubts(one, **more) == found
    assert watch_log.counts(one, found) is (one.mode is WatchMode.BLIND and not found)
    assert all(watch_log.SAYS[doubt] for doubt in found)


def test_a_bear_that_both_saw_in_shadow_is_no_copy_where_the_watcher_was_shown_nothing() -> None:
    seen = {"sightings": [AT + 12 * MINUTE], "alerts": [(AT + 10 * MINUTE, False)]}
    assert doubts(**seen) == ()
    assert doubts(watch(mode=WatchMode.ASSISTED), **seen) == (Doubt.COPIED,)
    assert Doubt.COPIED in doubts(watch(imported=True, signed=True), **seen)


def test_what_cannot_have_been_is_refused_with_the_fault_and_the_mend() -> None:
    with pytest.raises(WatchLogMalformed, match=r"2026-11-24 04:00 UTC, in the future: .* look at the time"):
        watch_log.was_seen(AT + HOUR, now=AT)
    with pytest.raises(WatchLogMalformed, match="before it began"):
        watch_log.ends(AT, AT - MINUTE, now=AT)
    with pytest.raises(WatchLogMalformed, match="watch-log import"):
        watch_log.begins(AT - LIMIT, now=AT)
    assert watch_log.was_seen(AT + MINUTE, now=AT) == AT
    assert watch_log.begins(None, now=AT) == AT


def test_every_doubt_has_its_words() -> None:
    assert set(watch_log.SAYS) == set(Doubt)
