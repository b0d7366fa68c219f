"""A quiet place and a known bear in words: what they do is said before the press, and by whom after it."""

from datetime import timedelta
from typing import Any

from api.schemas.health import KnownClipOut
from api.schemas.quiet import QuietOut
from dashboard import ailments, quieted
from tests.dashboard.shapes import NOW, ZONE, camera


def place(**changes: Any) -> QuietOut:
    usual = {
        "id": 1, "model": "north-4", "camera": "creek", "state": "proposed", "light": "night",
        "x": 0.1, "y": 0.2, "w": 0.3, "h": 0.4, "visits": 6, "most_p": 0.62, "pictures": [],
        "first_at": NOW - timedelta(days=6), "last_at": NOW,
        "proposed_at": NOW, "settled_by": None, "settled_at": None, "why": None, "until": None, "ended_at": None,
        "ended_by": None, "ended_why": None,
    }  # fmt: skip
    return QuietOut.model_validate(usual | changes)


def test_a_proposal_says_how_many_were_dismissed_and_what_accepting_would_do() -> None:
    told = quieted.words(place(), ZONE, NOW)
    assert "Proposed at creek by night" in told
    assert "6 visits were dismissed there" in told and "(0.62)" in told
    assert "a bear seen only there asks and warns nobody" in told
    assert "clearly surer than of those" in told
    assert "Until" not in told
    assert "no bear there can be told by its score" in quieted.words(place(most_p=0.99), ZONE, NOW)


def test_one_in_force_says_until_when_by_whom_and_why_and_escapes_it() -> None:
    held = place(state="accepted", settled_by="ada", settled_at=NOW, why="a <stump>", until=NOW + timedelta(days=90))
    told = quieted.words(held, ZONE, NOW)
    assert "Quiet place at creek" in told and "Until " in told
    assert "ada accepted it: a &lt;stump&gt;" in told
    assert 'style="left:10.00%;top:20.00%;width:30.00%;height:40.00%"' in quieted.over(held)


def test_a_row_tells_refused_from_ended_and_who_did_each() -> None:
    settled = {"settled_by": "ada", "settled_at": NOW, "why": "a stump"}
    refused = quieted.row(place(state="refused", **settled), ZONE, NOW)
    ended = quieted.row(
        place(state="ended", until=NOW, ended_at=NOW, ended_by="sam", ended_why="gone", **settled), ZONE, NOW
    )
    assert refused == ["creek", "refused", "6", "13:00", "ada", "a stump", ""]
    assert ended == ["creek", "quiet by night", "6", "13:00", "ada, ended by sam", "a stump", "13:00: gone"]


def test_a_camera_says_what_asks_nobody_beside_what_is_not_watched() -> None:
    assert ailments.unwatched(camera(quiet_places=1)) == "a bear seen only in a quiet place asks NOBODY"
    both = ailments.unwatched(camera(quiet_places=2, unwatched_day=0.2, unwatched_night=0.2))
    assert both == "20% of the view is NOT watched; a bear seen only in 2 quiet places asks NOBODY"


def test_a_row_of_known_bears_says_found_not_found_and_never_tested() -> None:
    def last(found: bool | None) -> KnownClipOut:
        return KnownClipOut(played_at=NOW, source="the drawn bear", found=found, p_bear=0.9, says="so it was")

    told = [ailments.known(camera(known_clip=last(found)), ZONE, NOW)[1] for found in (True, False, None)]
    assert told == ["found, 13:00", "NOT FOUND, 13:00", "not judged, 13:00"]
    assert ailments.known(camera(), ZONE, NOW)[1] == "never"


def test_a_place_of_another_version_says_that_it_rests() -> None:
    told = quieted.words(place(state="accepted", until=NOW + timedelta(days=9), rests=True), ZONE, NOW)
    assert "It rests" in told and "It holds again when north-4 decides there" in told
    assert "It rests" not in quieted.words(place(), ZONE, NOW)
