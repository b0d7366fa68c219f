"""Two versions on the same frames: counted by visit, with people's answers where there are any."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rollout import versions_compared
from rollout.versions_compared import Look
from store.vocabulary import Verdict

BEGIN = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def look(
    minute: float, *, old: float = 0.1, new: float = 0.1, group: str = "creek", answered: Verdict | None = None
) -> Look:
    """A frame with what each version says."""
    return Look(
        frame=int(minute * 10), camera=group, group=group, at=BEGIN + timedelta(minutes=minute), p_old=old, p_new=new,
        old=old >= 0.5, new=new >= 0.5, night=group == "dark", old_s=0.03, new_s=0.06, answered=answered,
    )  # fmt: skip


def test_a_bear_that_both_find_on_different_frames_is_one_visit_of_both() -> None:
    told = versions_compared.compared([look(0, old=0.9), look(10, new=0.8), look(25), look(100, new=0.7)])
    assert (told["both"], told["only_old"], told["only_new"], told["visits"], told["frames"]) == (1, 0, 1, 2, 4)


def test_the_exact_test_is_over_visits_and_not_over_frames() -> None:
    looks = [look(100 * visit + frame, new=0.9) for visit in range(6) for frame in range(5)]
    told = versions_compared.compared(looks)
    assert told["only_new"] == 6
    assert round(told["p"], 5) == 0.03125
    assert told["by_frame"] == {"only_old": 0, "only_new": 30, "p_sign_flip": 0.03125}
    low, high = told["difference_interval"]
    assert 0 < low < told["difference"] == 1.0 == high


def test_answers_part_bears_from_false_alarms() -> None:
    looks = [
        look(0, old=0.9, new=0.9, answered=Verdict.BEAR), look(100, new=0.9, answered=Verdict.BEAR),
        look(200, old=0.9, answered=Verdict.NOT_BEAR), look(300, new=0.9),
    ]  # fmt: skip
    told = versions_compared.compared(looks)["reviewed"]
    assert (told["bear"]["both"], told["bear"]["only_new"]) == (1, 1)
    assert (told["not_bear"]["only_old"], told["not_reviewed"]) == (1, 1)


def test_a_label_is_the_truth_of_a_visit_that_nobody_reviewed_and_says_whose_it_is() -> None:
    told = {"labelled_by": "ann"}
    looks = [
        replace(look(0, new=0.9), labelled=Verdict.BEAR, **told),
        look(100, old=0.9), replace(look(101, old=0.6), labelled=Verdict.NOT_BEAR, **told),
        replace(look(200, old=0.9), labelled=Verdict.NOT_BEAR, **told), look(201, old=0.6),
        replace(look(300, old=0.9, answered=Verdict.NOT_BEAR), labelled=Verdict.BEAR, **told),
    ]  # fmt: skip
    found = versions_compared.visits(looks)
    assert [(one.verdict, one.labelled_by) for one in found] == [
        (Verdict.BEAR, ["ann"]), (None, []), (Verdict.NOT_BEAR, ["ann"]), (Verdict.NOT_BEAR, []),
    ]  # fmt: skip
    reviewed = versions_compared.compared(looks)["reviewed"]
    assert (reviewed["by_label"], reviewed["not_reviewed"], reviewed["bear"]["only_new"]) == (2, 1, 1)


def test_slices_and_cost_are_told_and_nothing_is_told_of_nothing() -> None:
    told = versions_compared.compared([look(0, old=0.9), look(1, new=0.9, group="dark")])
    assert {name: (part["only_old"], part["only_new"]) for name, part in told["slices"].items()} == {
        "camera:creek": (1, 0), "camera:dark": (0, 1), "day": (1, 0), "night": (0, 1)
    }  # fmt: skip
    assert told["cost"] == {"old_ms": 30.0, "new_ms": 60.0}
    empty = versions_compared.compared([])
    assert (empty["visits"], empty["p"], empty["difference"], empty["by_frame"]) == (0, None, None, None)
