"""What a rule would have done, as people read it."""

from typing import Any

from api.schemas.widening import WouldHaveOut
from dashboard import forecasting


def told(**changes: Any) -> WouldHaveOut:
    usual: dict[str, Any] = {
        "model": "a", "since": "2026-10-01 00:00", "until": "2026-11-23 13:00", "days": 2, "frames": 100, "alerts": 3,
        "alerts_a_day": 1.5, "worst_day": 2, "busiest": 2, "by_day": [["2026-11-21", 1], ["2026-11-22", 2]],
        "receivers": [{"receiver": "night-team", "times": 3, "woken": 2}], "woken": 2, "held": {"cooldown": 4},
        "out_of_domain_share": 0.0, "bears": 5, "missed": [7], "sightings": "no sightings of people are stored",
        "listed": [
            {"at": "2026-11-22 23:00", "camera": "creek", "p_bear": 0.9, "act": "ask", "receivers": ["night-team"],
             "woken": True, "says": "bear", "frame": 1}
        ],
        "says": "on 2 days it would have asked people 3 times",
    }  # fmt: skip
    return WouldHaveOut.model_validate(usual | changes)


def test_the_answer_the_misses_and_the_people_are_said() -> None:
    drawn = forecasting.would_have(told())
    assert "asked people 3 times" in drawn
    assert (
        "1 of 5 bears that people confirmed in its scope would have been missed; held back: 4 by the cooldown"
        in drawn
    )
    assert "No sightings of people are stored" in drawn
    assert "asked: night-team" in drawn


def test_the_tallest_bar_is_the_busiest_day() -> None:
    drawn = forecasting.bars([("2026-11-21", 1), ("2026-11-22", 2)])
    assert ('style="height:50%" title="2026-11-21: 1"' in drawn, "height:100%" in drawn) == (True, True)
    assert forecasting.bars([("2026-11-21", 0)]) == ""


def test_where_nothing_is_stored_nothing_is_drawn() -> None:
    drawn = forecasting.would_have(told(alerts_a_day=None, says="nothing is stored"))
    assert "nothing is stored" in drawn
    assert "bw-days" not in drawn
