"""Encounters in words: who noticed what, by what right it is one bear, and what is doubted of it."""

from datetime import timedelta
from typing import Any

from api.schemas.encounters import EncounterPage
from api.schemas.words import EncounterKind
from dashboard import noticed
from tests.dashboard.shapes import NOW, ZONE

MINUTE = timedelta(minutes=1)
MATCH = {
    "id": 5, "visit": 3, "sighting": 7, "apart": False, "made_at": NOW, "by": None, "why": "9 minutes apart",
    "window_minutes": 30, "ended_at": None, "ended_by": None,
}  # fmt: skip


def side(**changes: Any) -> dict[str, Any]:
    return {
        "visit": 3, "alert": 4, "at": NOW, "camera": "creek", "stage": "shadow", "p_bear": 0.93, "version": "a" * 64,
        "threshold": 0.6, "verdict": None, "picture": "/api/v1/alerts/4/picture.jpg", **changes,
    }  # fmt: skip


def row(**changes: Any) -> dict[str, Any]:
    return {
        "id": 7, "site": "camp", "session": None, "camera": None, "at": NOW - 9 * MINUTE, "species": "bear",
        "bears": 2, "sure": "probable", "spot": "by the <tents>", "observer": "riley", "source": "watch",
        "note": None, "imported": False, "doubts": [], "withdrawn_at": None, "withdrawn_by": None, **changes,
    }  # fmt: skip


def one(seen: dict[str, Any] | None, told: dict[str, Any] | None, **changes: Any) -> dict[str, Any]:
    kind = "both" if seen and told else "model_only" if seen else "people_only"
    return {
        "kind": kind, "at": (told or seen or {})["at"], "until": NOW, "night": True, "seen": seen, "told": told,
        "place": None, "session": None, "match": None, "doubts": [], "history": [], **changes,
    }  # fmt: skip


def page(*items: dict[str, Any], **changes: Any) -> EncounterPage:
    chance = {
        "days": 28, "sightings": 15, "joined": 12, "by_chance": 2, "share": 0.8, "share_by_chance": 2 / 15,
    }  # fmt: skip
    usual = {
        "site": "camp", "site_name": "Camp", "time_zone": ZONE, "day": None, "since": NOW - timedelta(days=1),
        "until": NOW, "window_minutes": 30, "chance": chance, "may_mend": True, "mend_says": None, "unsure": [],
    }  # fmt: skip
    return EncounterPage.model_validate(usual | changes | {"items": items})


def test_the_headline_counts_each_kind_and_an_empty_day_promises_nothing() -> None:
    told = page(one(side(), row()), one(side(), None), one(None, row()), one(None, row()))
    assert "<b>2</b> Only people</div><div><b>1</b> Only the model</div><div><b>1</b> Both" in noticed.headline(told)
    assert "does not mean that there was none" in noticed.headline(page())
    assert [item.kind for item in noticed.of_kind(told, EncounterKind.PEOPLE_ONLY)] == ["people_only"] * 2


def test_chance_is_told_beside_what_was_joined_and_without_sightings_nothing_is_claimed() -> None:
    said = noticed.by_chance(page())
    assert "noticed 12 of the 15 bears that people saw. By chance alone it would be 2 " in said
    assert "At most 30 minutes apart" in said
    none = {"days": 28, "sightings": 0, "joined": 0, "by_chance": 0, "share": None, "share_by_chance": None}
    assert "nothing is known of chance" in noticed.by_chance(page(chance=none))


def test_the_score_is_told_only_after_people_have_said_what_it_is() -> None:
    (fresh, judged) = page(one(side(), None), one(side(verdict="not_bear"), None)).items
    assert fresh.seen and judged.seen
    assert "nobody has looked at it yet" in noticed.seen(fresh.seen, ZONE, NOW)
    assert "0.93" not in noticed.seen(fresh.seen, ZONE, NOW)
    assert "people say: not a bear" in noticed.seen(judged.seen, ZONE, NOW)
    assert "0.93" in noticed.seen(judged.seen, ZONE, NOW)


def test_a_sighting_stands_in_its_observers_words_and_they_are_escaped() -> None:
    (item,) = page(one(None, row(note="<b>brown</b>"))).items
    assert item.told
    said = noticed.told(item.told, ZONE, NOW)
    assert "12:51 riley" in said and "2 bears, probably, by the &lt;tents&gt;" in said
    assert "“&lt;b&gt;brown&lt;/b&gt;”" in said


def test_who_joined_them_is_told_and_a_picture_without_a_bear_stands_out() -> None:
    (by_rule, by_rosa) = page(
        one(side(verdict="not_bear"), row(), match=MATCH), one(side(), row(), match=MATCH | {"by": "rosa"})
    ).items
    assert "taken for one bear: 9 minutes apart" in noticed.joined(by_rule)
    assert "the picture shows no bear, people say" in noticed.joined(by_rule)
    assert "joined by rosa: 9 minutes apart." in noticed.joined(by_rosa)
    assert "no bear" not in noticed.joined(by_rosa)


def test_what_is_doubted_and_what_was_said_before_stay_to_be_read() -> None:
    ended = MATCH | {"ended_at": NOW, "ended_by": "rosa"}
    apart = MATCH | {"id": 6, "apart": True, "by": "rosa", "why": "mine was brown", "window_minutes": None}
    doubt = {"doubt": "copied", "says": "soon after an alert"}
    (item,) = page(one(None, row(), doubts=[doubt], history=[ended, apart])).items
    assert "Doubtful:" in noticed.doubts(item) and "soon after an alert" in noticed.doubts(item)
    said = noticed.history(item, ZONE, NOW)
    assert "the rule joined it with sighting 7: 9 minutes apart; until 13:00, rosa" in said
    assert "rosa said that sighting 7 is another bear: mine was brown" in said
    assert noticed.history(page(one(side(), row(), match=MATCH, history=[MATCH])).items[0], ZONE, NOW) == ""


def test_only_what_the_other_side_noticed_is_offered_and_the_nearest_first() -> None:
    told = page(
        one(side(), None),
        one(None, row(id=8, at=NOW - 40 * MINUTE)),
        one(None, row()),
        one(side(visit=9), row(id=10)),
    )
    offered = noticed.partners(told.items[0], told, ZONE, NOW)
    assert list(offered) == [7, 8]
    assert offered[7] == "12:51 riley, by the <tents> (9 min apart)"
    assert list(noticed.partners(told.items[1], told, ZONE, NOW)) == [3]
    assert noticed.partners(told.items[3], told, ZONE, NOW) == {}
