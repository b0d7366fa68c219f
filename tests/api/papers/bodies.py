"""Weekly reports as JSON, one for each story: written by hand, no statistic in them is proven here."""

import math
from typing import Any

ZONE = "America/Denver"
WEEKS = [f"2026-W{number}" for number in range(27, 48)]


def week(name: str, ratio: float | None, low: float, high: float | None, counts: tuple[int, int]) -> dict[str, Any]:
    return {
        "week": name,
        "model": counts[0],
        "manual": counts[1],
        "model_hours": 42.0,
        "manual_hours": 42.0,
        "ratio": ratio,
        "low": low,
        "high": high,
    }


def counted(name: str, model: int, manual: int) -> dict[str, Any]:
    """A week with about the interval that its counts give."""
    wide = math.exp(1.96 * math.sqrt(1 / model + 1 / manual))
    return week(name, model / manual, model / manual / wide, model / manual * wide, (model, manual))


def ratios(
    now: float | None, interval: list[float | None], weeks: list[dict[str, Any]], counts: tuple[int, int]
) -> dict[str, Any]:
    exact = [interval[0] and interval[0] * 0.93, interval[1] and interval[1] * 1.08]
    return {
        "ratio": now,
        "interval": interval,
        "exact": exact,
        "model": counts[0],
        "manual": counts[1],
        "weeks": weeks,
    }


def sample(verdict: str = "consistent", **told: Any) -> dict[str, Any]:
    """A whole report of a healthy site; told: what is different."""
    alike = [counted(name, 3 + number * 5 % 4, 3 + number * 7 % 3) for number, name in enumerate(WEEKS)]
    body: dict[str, Any] = {
        "site": "camp",
        "site_name": "Lower campground",
        "time_zone": ZONE,
        "week": "2026-W47",
        "begins": "2026-11-16T07:00:00Z",
        "ends": "2026-11-23T07:00:00Z",
        "verdict": verdict,
        "reason": "both a doubling and a halving are refuted",
        "means": "Model and people still find bears at the rate that was accepted.",
        "do": ["Nothing this week; keep the blind watch going."],
        "next": "Five weeks with no blind watch, or a ratio outside 0.5 to 2 with proof.",
        "segment": {"since": "2026-07-01T06:00:00Z", "changes": []},
        "model": {
            "week": {"encounters": 5, "confirmed": 4, "hours": 42.0},
            "window": {"encounters": 37, "confirmed": 33, "hours": 336.0},
        },
        "manual": {
            "week": {
                "encounters": 4,
                "hours": 42.0,
                "by_place": {"field": {"encounters": 3, "hours": 28.0}, "desk": {"encounters": 1, "hours": 14.0}},
            },
            "window": {
                "encounters": 35,
                "hours": 336.0,
                "by_place": {"field": {"encounters": 27, "hours": 224.0}, "desk": {"encounters": 8, "hours": 112.0}},
            },
        },
        "alert_ratio": ratios(1.06, [0.66, 1.69], alike, (37, 35)),
        "detection_ratio": ratios(0.94, [0.58, 1.52], alike, (33, 35)),
        "reference": {
            "ratio": 1.1,
            "low": 0.9,
            "high": 1.4,
            "accepted_at": "2026-08-03T15:00:00Z",
            "by": ["ada", "sam"],
        },
        "interval": [0.61, 1.83],
        "log_e": {
            "H0_theta_le_1": -0.6,
            "H0_theta_ge_1": -0.4,
            "H0_theta_ge_2": 4.9,
            "H0_theta_le_half": 4.2,
            "start_down": -0.9,
            "start_up": -1.1,
        },
        "sureness": [
            {"week": name, "down": -0.2 - 0.03 * n, "up": -0.1 - 0.05 * n, "ge_2": 0.25 * n, "le_half": 0.21 * n}
            for n, name in enumerate(WEEKS)
        ],
        "recall": {
            "model": {"found": 27, "of": 35, "share": 0.771, "interval": [0.61, 0.88]},
            "manual": {"found": 27, "of": 37, "share": 0.73, "interval": [0.57, 0.85]},
            "total": 47.6,
            "total_interval": [44.1, 56.2],
            "dependence": [
                {"phi": 1, "total": 47.9, "model": 0.77, "manual": 0.73},
                {"phi": 2, "total": 50.9, "model": 0.73, "manual": 0.69},
                {"phi": 4, "total": 56.8, "model": 0.65, "manual": 0.62},
            ],
            "by_place": {
                "field": {"both": 21, "model_only": 8, "manual_only": 6},
                "desk": {"both": 6, "model_only": 2, "manual_only": 2},
            },
            "matched_by_chance": 0.04,
        },
        "precision": {
            "bears": 33,
            "not_bears": 3,
            "unsure": 1,
            "share": 0.917,
            "wilson": [0.78, 0.97],
            "exact": [0.775, 0.983],
            "unsure_as": [0.892, 0.919],
        },
        "audit": {
            "items": 1800,
            "drawn": 60,
            "answered": 58,
            "bears_missed_estimate": 0.0,
            "upper": 90.0,
            "recall_at_least": 0.29,
            "says": "No bear was found in what gave no alert; 90 could still be there.",
        },
        "responses": {
            "after_alerts": {"warned": 3, "patrolled": 1, "closed": 0},
            "after_sightings": {"warned": 2},
            "median_minutes": {"alert to response": 6.0},
            "manual_time": {"warned": 14, "patrolled": 5},
        },
        "data_faults": [],
        "slices": {
            "day": {"model": 12, "manual": 14, "both": 10, "ratio": 0.857, "exact": [0.38, 1.9]},
            "night": {"model": 25, "manual": 21, "both": 17, "ratio": 1.19, "exact": [0.65, 2.2]},
            "camera:creek": {"model": 37, "manual": 35, "both": 27, "ratio": 1.06, "exact": [0.6, 1.8]},
            "far": {"model": 0, "manual": 0, "both": 0, "ratio": None, "exact": [0.0, None]},
        },
        "drift": {
            "score": {"statistic": 0.11, "p": 0.41, "says": "Scores are spread as before."},
            "picture": {"says": "Brightness and sharpness as before."},
            "out_of_domain": {"share": 0.02, "before": 0.015, "says": "As much is unlike the training as before."},
        },
        "reviews": {"median_minutes": 3.4, "p90": 11.0, "unanswered": 0, "faster_than_2s": 0, "set_apart": []},
        "tests": {"known_clips": 7, "missed": 0},
        "feedback": {
            "before": {"weeks": 10, "hours": 420.0, "sightings": 38},
            "after": {"weeks": 8, "hours": 336.0, "sightings": 35},
            "patrols_a_week": {"before": 0.4, "after": 1.5},
            "ratio": 1.15,
            "bears_after_warnings": 1,
            "patrols": 2,
            "says": ["As many hours are watched as before."],
        },
        "answers": [
            {
                "rule": 7,
                "revision": 2,
                "question": "if_it_worked_really_well",
                "answer": "Campers stop storing food; nobody would notice before autumn.",
            }
        ],
        "versions": [
            {
                "name": "grizzly-black",
                "sha256": "9a" * 32,
                "threshold": 0.55,
                "since": "2026-07-01T06:00:00Z",
                "until": None,
            }
        ],
        "hours_protected": {"in_scope": 70.0, "protected": 66.5, "lost": {"camera silent": 2.0, "stopped": 1.5}},
        "incidents": [],
        "alarms": [],
        "encounters": [
            {
                "kind": "both",
                "at": "2026-11-17T05:12:00Z",
                "visit": 311,
                "sighting": 91,
                "camera": "creek",
                "night": True,
                "counted": True,
                "verdict": "bear",
            },
            {
                "kind": "people_only",
                "at": "2026-11-18T14:40:00Z",
                "visit": None,
                "sighting": 92,
                "camera": None,
                "night": False,
                "counted": True,
                "verdict": None,
            },
            {
                "kind": "model_only",
                "at": "2026-11-20T09:03:00Z",
                "visit": 318,
                "sighting": None,
                "camera": "creek",
                "night": True,
                "counted": False,
                "verdict": "not_bear",
            },
        ],
        "audit_head": "ab" * 32,
        "settings_sha256": "cd" * 32,
        "as_of": "2026-11-23T13:00:00Z",
        "inputs_sha256": "ef" * 32,
    }
    return {**body, **told}


def doubled() -> dict[str, Any]:
    """Alerts have doubled: the share that people confirm says it is false alarms."""
    weeks = [
        counted(name, 3 + n * 5 % 4 if n < 14 else 11 + n * 3 % 4, 3 + n * 7 % 3) for n, name in enumerate(WEEKS)
    ]
    sure = [
        {
            "week": name,
            "down": -0.05 * n - 0.1 * (n % 3),
            "up": 0.04 * (n * 7 % 5) - 0.2 if n < 14 else 0.1 + 0.8 * (n - 13),
            "ge_2": 0.21 * n + 0.1 * (n % 3) if n < 14 else 2.8 - 0.5 * (n - 13),
            "le_half": 0.2 * n + 0.1 * (n % 2) if n < 14 else 2.7 + 0.5 * (n - 13),
        }
        for n, name in enumerate(WEEKS)
    ]
    return sample(
        "alarm_up",
        reason="the ratio 3.10 is twice the reference or more, and chance does not explain it: the share that people "
        "confirm says whether these are bears or false alarms",
        means="The model calls three times as often as it did, and people confirm a third: these are false alarms.",
        do=[
            "Look at the newest dismissed alerts of camera creek.",
            "Name the cause and acknowledge the alarm.",
            "Raise the threshold or mask the place, by two people.",
        ],
        next="A new segment, or eight weeks whose ratio is below twice the reference.",
        model={
            "week": {"encounters": 12, "confirmed": 4, "hours": 42.0},
            "window": {"encounters": 96, "confirmed": 31, "hours": 336.0},
        },
        manual={"week": {"encounters": 4, "hours": 42.0}, "window": {"encounters": 31, "hours": 336.0}},
        alert_ratio=ratios(3.1, [2.1, 4.9], weeks, (96, 31)),
        sureness=sure,
        log_e={
            "H0_theta_le_1": 6.4,
            "H0_theta_ge_1": -3.0,
            "H0_theta_ge_2": -1.0,
            "H0_theta_le_half": 12.9,
            "start_down": -0.5,
            "start_up": 5.74,
        },
        precision={
            "bears": 31,
            "not_bears": 62,
            "unsure": 3,
            "share": 0.333,
            "wilson": [0.246, 0.434],
            "exact": [0.239, 0.439],
            "unsure_as": [0.323, 0.354],
        },
        alarms=[
            {
                "since_week": "2026-W47",
                "verdict": "alarm_up",
                "acknowledged_by": None,
                "at": None,
                "cause": None,
                "escalated": False,
            }
        ],
        segment={
            "since": "2026-07-01T06:00:00Z",
            "changes": [
                {"at": "2026-10-05T12:00:00Z", "what": "camera moved", "says": "creek looks elsewhere since then"}
            ],
        },
    )


def dead_camera() -> dict[str, Any]:
    """A camera was silent: nothing else is judged."""
    silent = [*sample()["alert_ratio"]["weeks"][:-1], week("2026-W47", None, 0.0, None, (0, 0))]
    return sample(
        "data_fault",
        reason="the model was not up in the last week (2026-W47): find out what stood still",
        means="Nothing can be said of the model: the camera gave no picture.",
        do=["Go to camera creek: power, cable, card.", "Trust the manual watch until it is back."],
        next="A week in which the model is up for half of its hours.",
        data_faults=[
            {
                "camera": "creek",
                "kind": "silent",
                "says": "no picture came",
                "since": "2026-11-15T21:10:00Z",
                "until": None,
                "hours": 168.0,
            }
        ],
        model={
            "week": {"encounters": 0, "confirmed": 0, "hours": 0.0},
            "window": {"encounters": 30, "confirmed": 27, "hours": 290.0},
        },
        manual={"week": {"encounters": 0, "hours": 0.0}, "window": {"encounters": 29, "hours": 290.0}},
        alert_ratio=ratios(1.03, [0.62, 1.73], silent, (30, 29)),
        hours_protected={"in_scope": 70.0, "protected": 0.0, "lost": {"camera silent": 70.0}},
        incidents=[
            {
                "at": "2026-11-19T06:20:00Z",
                "sighting": 95,
                "encounter": 40,
                "says": "a bear at the bins",
                "cause": None,
            }
        ],
    )


def nobody_watched() -> dict[str, Any]:
    """No blind watch in the window: there is nothing to compare with."""
    bare = [week(name, None, 0.0, None, (2, 0)) for name in WEEKS]
    none = {"ratio": None, "interval": [0.0, None], "exact": [0.0, None], "model": 9, "manual": 0, "weeks": bare}
    empty = {"found": 0, "of": 0, "share": None, "interval": [0.0, 1.0]}
    return sample(
        "manual_watch_missing",
        reason="nobody watched in the last 8 weeks: there is nothing to compare the model with",
        means="What the model finds may be right or wrong: nobody can tell.",
        do=["Plan a blind watch of two hours on three nights, or desk watch."],
        next="One blind watch session.",
        model={"week": {"encounters": 0, "hours": 0.0}, "window": {"encounters": 0, "hours": 0.0}},
        manual={"week": {"encounters": 0, "hours": 0.0}, "window": {"encounters": 0, "hours": 0.0}},
        alert_ratio=none,
        detection_ratio=none,
        sureness=[{"week": w, "down": 0.0, "up": 0.0, "ge_2": 0.0, "le_half": 0.0} for w in WEEKS],
        reference={"ratio": 1.0, "low": 1.0, "high": 1.0, "accepted_at": None, "by": []},
        interval=[0.0, None],
        recall={
            "model": empty,
            "manual": empty,
            "total": None,
            "total_interval": None,
            "dependence": [],
            "by_place": {},
            "matched_by_chance": None,
        },
        precision={
            "bears": 0,
            "not_bears": 0,
            "unsure": 0,
            "share": None,
            "wilson": [0.0, 1.0],
            "exact": None,
            "unsure_as": None,
        },
        audit={
            "items": 0,
            "drawn": 0,
            "answered": 0,
            "bears_missed_estimate": None,
            "upper": None,
            "recall_at_least": None,
            "says": "",
        },
        encounters=[],
        slices={},
        drift={},
        reviews={"median_minutes": None, "p90": None, "unanswered": 0, "faster_than_2s": 0, "set_apart": []},
        feedback={"before": {}, "after": {}, "ratio": None, "says": []},
        log_e={"H0_theta_le_1": None, "start_up": 0.0},
    )


def thin() -> dict[str, Any]:
    """Two encounters in all."""
    weeks = [
        week("2026-W45", None, 0.0, None, (0, 0)),
        week("2026-W46", None, 0.1, None, (1, 0)),
        week("2026-W47", 0.0, 0.0, 19.5, (0, 1)),
    ]
    return sample(
        "not_enough_data",
        reason="2 encounters in the window, 6 are needed: zero is no evidence",
        means="It is too early to say anything.",
        do=["Watch more hours blind: three nights a week would bring the answer by 2027-W06."],
        next="Four more encounters.",
        alert_ratio=ratios(1.0, [0.03, 39.0], weeks, (1, 1)),
        detection_ratio=ratios(0.0, [0.0, 39.0], weeks, (0, 1)),
        sureness=[{"week": one["week"], "down": 0.1, "up": 0.05, "ge_2": 0.2, "le_half": 0.1} for one in weeks],
        recall={
            "model": {"found": 0, "of": 1, "share": 0.0, "interval": [0.0, 0.79]},
            "manual": {"found": 0, "of": 1, "share": 0.0, "interval": [0.0, 0.79]},
            "total": None,
            "total_interval": None,
            "dependence": [],
            "by_place": {},
            "matched_by_chance": None,
        },
    )


STORIES = {
    "consistent": sample,
    "doubled": doubled,
    "dead_camera": dead_camera,
    "nobody_watched": nobody_watched,
    "thin": thin,
}
