"""`evidence weigh` and `simulate`, as an analyst calls them: no database, one document, exit codes."""

import json
from pathlib import Path

import pytest

from tests.api.commands import PARK, Commands

HEAD = "week,model_visits,model_hours,manual_visits,manual_hours"


@pytest.fixture
def bare(tmp_path: Path) -> Commands:
    """A folder with nothing in it."""
    return Commands(folder=tmp_path)


def test_weigh_prints_every_key_that_is_promised_and_touches_no_database(bare: Commands) -> None:
    rows = f"{HEAD},both,model_only,manual_only\n2026-W01,27,168,24,168,18,9,6\n"
    told = bare.run("evidence", "weigh", bare.file("weeks.csv", rows), "--json")
    assert told.code == 0, told.err
    said = told.document
    assert said["verdict"] == "consistent"
    assert said["paired"]["log_e"]["H0_theta_ge_2"] == pytest.approx(4.223957366617222)
    assert said["double_observer"]["recall_model"] == 0.75
    assert [row["total"] for row in said["double_observer"]["dependence"]] == [36, 39, 45]
    assert set(said["log_e"]) >= {"H0_theta_le_1", "H0_theta_ge_1", "H0_theta_ge_2", "H0_theta_le_half"}
    assert said["reason"]
    assert said["next"]
    assert not bare.data_dir.exists()


def test_weigh_gives_the_worked_numbers_and_counts_against_the_reference(bare: Commands) -> None:
    file = bare.file("weeks.csv", f"{HEAD}\n1,14,168,6,168\n")
    plain = bare.run("evidence", "weigh", file, "--json").document
    assert plain["ratio"] == pytest.approx(2.3333333)
    assert plain["interval"] == pytest.approx([0.8423359, 7.4081950], rel=1e-6)
    assert plain["interval_mid_p"] == pytest.approx([0.9126758, 6.5996447], rel=1e-6)
    assert plain["log_e"]["H0_theta_le_half"] == pytest.approx(4.3552448631818415)
    assert (plain["verdict"], plain["paired"], plain["double_observer"]) == ("watch", None, None)
    words = ("--reference", "2.2", "--reference-interval", "1.5,3.1")
    told = bare.run("evidence", "weigh", file, *words, "--json").document
    assert told["verdict"] == "agreeing_so_far"
    assert told["reference"] == {"ratio": 2.2, "low": 1.5, "high": 3.1}


def test_a_side_that_saw_nothing_has_no_upper_limit_and_still_is_json(bare: Commands) -> None:
    told = bare.run("evidence", "weigh", bare.file("weeks.csv", f"{HEAD}\n1,7,168,0,168\n"), "--json").document
    assert (told["ratio"], told["interval"][1]) == ("inf", "inf")


def test_weigh_reads_well_for_people_and_from_stdin(bare: Commands) -> None:
    told = bare.run("evidence", "weigh", "-", typed=f"{HEAD}\n1,0,168,9,168\n")
    assert told.code == 0, told.err
    assert told.out.startswith("alarm down: the ratio 0.00 is half the reference or less")
    assert "play a known clip through each camera" in told.out


def test_the_evidence_that_is_told_in_words_is_the_one_that_decides(bare: Commands) -> None:
    rows = f"{HEAD},both,model_only,manual_only\n2026-W01,27,168,24,168,18,9,6\n"
    file = bare.file("weeks.csv", rows)
    paired = bare.run("evidence", "weigh", file, "--json").document["paired"]["log_e"]
    said = bare.run("evidence", "weigh", file).out
    assert f"against a doubling {paired['H0_theta_ge_2']:+.2f}" in said
    assert f"against a halving {paired['H0_theta_le_half']:+.2f}" in said


def test_what_was_seen_and_not_matched_is_told_where_the_matched_ones_decide(bare: Commands) -> None:
    rows = f"{HEAD},both,model_only,manual_only\n1,30,168,3,168,1,0,0\n"
    told = bare.run("evidence", "weigh", bare.file("weeks.csv", rows), "--json").document
    assert told["form"] == "paired"
    assert told["warnings"][-1].endswith("which is of matched encounters")
    assert "manual_only: 31;" in told["warnings"][-1]


def test_faults_are_an_answer_of_no_with_a_document(bare: Commands) -> None:
    told = bare.run("evidence", "weigh", bare.file("weeks.csv", f'{HEAD}\n1,1,"10,5",1,-2\n'), "--json")
    assert told.code == 1
    assert [(one["line"], one["column"]) for one in told.document["faults"]] == [
        (2, "model_hours"),
        (2, "manual_hours"),
    ]
    assert "line 2, column model_hours" in told.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--reference", "0"), "--reference"),
        (("--reference", "2", "--reference-interval", "3,4"), "does not hold"),
        (("--reference-interval", "one"), "is no interval"),
    ],
)
def test_a_reference_that_cannot_be_is_wrong_use(bare: Commands, words: tuple[str, ...], says: str) -> None:
    told = bare.run("evidence", "weigh", bare.file("weeks.csv", f"{HEAD}\n1,1,1,1,1\n"), *words)
    assert told.code == 2
    assert says in told.err
    assert told.out == ""


def test_simulate_tells_what_is_promised_and_the_same_again_for_the_same_seed(bare: Commands) -> None:
    words = (
        "simulate",
        "--sites",
        "4",
        "--weeks",
        "30",
        "--rate",
        "5",
        "--ratio",
        "4",
        "--change-week",
        "11",
        "--json",
    )
    first, again, other = (bare.run(*words, "--seed", seed) for seed in ("1", "1", "2"))
    assert first.code == 0, first.err
    assert first.out == again.out != other.out
    said = first.document
    assert said["detected"] == 1.0
    assert 1 <= said["median_weeks_to_alarm"] <= 8
    assert said["false_alarms_per_site_year"] < said["plain_rule"]["false_alarms_per_site_year"]
    assert "widened_wrongly" in said
    assert not bare.data_dir.exists()


def test_simulate_takes_the_sites_of_a_park_and_refuses_a_change_after_the_end(bare: Commands) -> None:
    told = bare.run("simulate", "--park", bare.file("park.toml", PARK), "--weeks", "3", "--json")
    assert [row["site"] for row in told.document["by_site"]] == ["lower-camp"]
    late = bare.run("simulate", "--weeks", "3", "--change-week", "4", "--ratio", "2")
    assert late.code == 2
    assert "--change-week" in late.err


def test_a_year_in_words(bare: Commands) -> None:
    told = bare.run("simulate", "--sites", "2", "--weeks", "8")
    assert told.code == 0, told.err
    assert "alarmed for nothing" in told.out
    with pytest.raises(json.JSONDecodeError):
        json.loads(told.out)


def test_plan_says_when_and_what_would_be_sooner_without_a_database(bare: Commands) -> None:
    words = ("evidence", "plan", "--visits-a-week", "10", "--watch-hours", "60", "--night-share", "0.8")
    told, again = (bare.run(*words, "--json") for _ in range(2))
    assert told.code == 0, told.err
    assert told.out == again.out
    said = told.document
    assert said["weeks"]["low"] <= said["weeks"]["median"] <= said["weeks"]["high"]
    assert said["days"]["median"] > said["today"]
    assert said["held_up_by"].endswith("by day")
    helpful = [one["name"] for one in said["levers"] if one["helps"]]
    assert helpful[0] == "drawn_hours"
    assert "day_hours" in helpful
    assert said["assumed"]["visits a week"] == 10
    assert not bare.data_dir.exists()


def test_plan_reads_well_and_takes_what_a_park_asks_for(bare: Commands) -> None:
    lowered = PARK + "\n[park.exit]\nmin_encounters = 5\nmin_both = 1\n"
    told = bare.run("evidence", "plan", "--park", bare.file("park.toml", lowered))
    assert told.code == 0, told.err
    assert "encounters by night: has 0 of 5" in told.out
    assert "what would speed it up, the best first:" in told.out
    assert told.out.startswith("rests on: visits a week 5")


def test_plan_refuses_an_overlap_that_cannot_be(bare: Commands) -> None:
    told = bare.run("evidence", "plan", "--ratio", "0.5", "--overlap", "0.6")
    assert told.code == 2
    assert "--overlap" in told.err


def test_plan_of_a_site_takes_what_is_stored(bare: Commands) -> None:
    assert bare.run("park", "apply", bare.file("park.toml", PARK)).code == 0
    told = bare.run("evidence", "plan", "--site", "lower-camp", "--json")
    assert told.code == 0, told.err
    assert (told.document["site"], told.document["stage"], told.document["weeks"]) == ("lower-camp", "shadow", None)
    assert {item["what"] for item in told.document["also"]} >= {"shadow days"}
    assert bare.run("evidence", "plan", "--site", "nowhere").code == 1


def test_simulate_says_what_more_watching_would_bring(bare: Commands) -> None:
    words = ("simulate", "--sites", "1", "--weeks", "8", "--rate", "5", "--watch-hours", "40", "--overlap", "0.6")
    told = bare.run(*words, "--json").document["what_if"]
    assert [row["name"] for row in told] == ["now", "twice_blind_hours", "desk_watch", "night_watch"]
    now, twice = told[:2]
    assert twice["answers"]["doubling_median"] < now["answers"]["doubling_median"]
    assert sum(row["best"] for row in told) == 1
    assert "which shows a doubling soonest: alarmed for nothing" in bare.run(*words).out
    assert bare.run(*words, "--clustered", "--json").document["what_if"] is None


def test_simulate_takes_the_pace_of_each_site_out_of_the_database(bare: Commands) -> None:
    assert bare.run("park", "apply", bare.file("park.toml", PARK)).code == 0
    words = ("simulate", "--park", "park.toml", "--measured", "--weeks", "3")
    (site,) = bare.run(*words, "--json").document["by_site"]
    assert (site["site"], site["measured"]) == ("lower-camp", False)
    assert len(site["what_if"]) == 4
    assert "lower-camp: (nothing was counted there yet: as stated)" in bare.run(*words).out
    wrong = bare.run("simulate", "--measured")
    assert (wrong.code, "--measured" in wrong.err) == (2, True)
