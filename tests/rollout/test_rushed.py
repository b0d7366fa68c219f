"""Answers of somebody who answers 200 alerts in a minute: no guardrail and no gate stands on them; each says so."""

from datetime import timedelta
from pathlib import Path

import pytest

from rollout import asked, exit_reading, narrowing, trial_exit
from rollout.exit_facts import Answers, Facts
from rollout.gates import Needs
from store import rules, tables
from store.errors import NotAllowedNow
from store.session import Engine, reading, transaction
from store.vocabulary import AlertState, NoticeKind, Verdict
from tests.rollout.scenes import RILEY, ROSA, SAM, Scene, trial

MANY = 30
"""More than the 20 in a minute that can be looked at."""

HOUR = timedelta(hours=1)


def rush(scene: Scene, verdict: Verdict, *, many: int = MANY) -> list[int]:
    """So many bears, three minutes apart, all answered within half a minute; gives the alerts."""
    found = []
    for number in range(many):
        found.append(scene.later(minutes=3 * number).see_a_bear())
    with transaction(scene.engine) as session:
        for number, alert in enumerate(found):
            at = scene.now + 3 * HOUR + timedelta(seconds=number)
            state = AlertState.SENT if verdict is Verdict.BEAR else AlertState.DISMISSED
            session.get_one(tables.Alert, alert).state = state
            session.add(tables.Review(alert_id=alert, person_id=RILEY.id, verdict=verdict, at=at, took_s=1))
    return found


def precision(scene: Scene) -> tuple[str, str]:
    """How the guardrail stands, and what it says."""
    with reading(scene.engine) as session:
        rule = rules.in_force(session, "camp")
        assert rule is not None
        (told,) = narrowing.at_present(session, rule, scene.now)
        return told.outcome.value, told.says


def tried(scene: Scene) -> Answers:
    with reading(scene.engine) as session:
        rule = rules.in_force(session, "camp")
        assert rule is not None
        return exit_reading.tried(session, asked.of_row(session, rule), known=scene.now)


@pytest.mark.parametrize("verdict", [Verdict.BEAR, Verdict.NOT_BEAR])
def test_a_guardrail_of_precision_neither_passes_nor_fails_on_them(
    engine: Engine, tmp_path: Path, verdict: Verdict
) -> None:
    scene = trial(engine, tmp_path, guardrails={"min_precision": 0.5})
    rush(scene, verdict)
    assert precision(scene.later(hours=4)) == (
        "cannot_tell", "no visit was reviewed yet; 30 answers too fast to be looked at are left apart",
    )  # fmt: skip


def test_a_careful_answer_beside_them_counts(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path, guardrails={"min_precision": 0.5})
    first, second, *_ = rush(scene, Verdict.NOT_BEAR)
    for number, alert in enumerate((first, second)):
        scene.later(hours=5 + number).correct(alert, Verdict.BEAR, by=RILEY)
    outcome, says = precision(scene.later(hours=8))
    assert (outcome, says.split(" (")[0]) == ("cannot_tell", "2 of 2 reviewed visits were bears")
    assert says.endswith("; 30 answers too fast to be looked at are left apart")


def test_somebody_who_looks_again_may_say_the_same_and_warns_nobody_anew(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path)
    first, *_ = rush(scene, Verdict.BEAR)
    scene.later(hours=5).correct(first, Verdict.BEAR, by=SAM)
    told = tried(scene.later(hours=8))
    assert (told.reviewed, told.bears, told.apart) == (1, 1, MANY)
    assert (scene.notices(NoticeKind.WARNING), scene.state(first)) == ([], AlertState.SENT)
    with pytest.raises(NotAllowedNow, match="the verdict is a bear already"):
        scene.later(hours=6).correct(first, Verdict.BEAR, by=SAM)


def test_no_gate_counts_them_as_reviewed_and_the_checklist_says_so(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path)
    rush(scene, Verdict.BEAR)
    later = scene.later(hours=6)
    later.answer(later.see_a_bear(), Verdict.BEAR, by=ROSA)
    told = tried(scene.later(hours=8))
    assert (told.raised, told.reviewed, told.bears, told.apart) == (MANY + 1, 1, 1, MANY)
    items = trial_exit.every(Facts(today=scene.now.date(), tried=told), Needs())
    says = {item.what: item.has for item in items}
    assert says["reviewed alerts"] == "1 of 31 in trial; 30 answers too fast to be looked at are left apart"
    assert says["precision"].endswith("30 answers too fast to be looked at are left apart")


def test_twenty_in_a_minute_are_looked_at(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path)
    rush(scene, Verdict.BEAR, many=20)
    told = tried(scene.later(hours=8))
    assert (told.reviewed, told.apart) == (20, 0)
