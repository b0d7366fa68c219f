"""People mend the encounters: with a reason, with history, and never the proposer of the site's rule."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from rollout import joining, matching, watching
from rollout.actors import Actor
from store import audit, tables
from store import encounters as rows
from store.errors import BearwatchError, NotAllowedNow, NotFound, NotPermitted
from store.session import Engine, reading, transaction
from store.vocabulary import EncounterKind, Role, Sureness, Verdict
from tests.rollout.scenes import ADA, NOW, RILEY, ROSA, SAM, Scene, trial
from tests.rollout.test_matching import BOTH, MINUTE, MODEL_ONLY, PEOPLE_ONLY, found, keep, kinds, saw

AUDREY = Actor(id=1, name="riley", role=Role.AUDITOR)
ELSEWHERE = Actor(id=2, name="rosa", role=Role.RANGER, sites=("other",))


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path, last_day="2026-12-06")


def bear(scene: Scene, *, minutes: float = 0) -> int:
    return scene.alert(scene.later(minutes=minutes).see_a_bear()).visit_id


def join(scene: Scene, visit: int, sighting: int, *, by: Actor = ROSA, minutes: float = 100) -> int:
    with transaction(scene.engine) as session:
        return joining.join(
            session, visit, sighting, why="same bear", by=by, now=NOW + minutes * MINUTE
        ).id  # fmt: skip


def part(scene: Scene, match: int, *, by: Actor = ROSA, minutes: float = 100) -> int:
    with transaction(scene.engine) as session:
        return joining.part(session, match, why="another bear", by=by, now=NOW + minutes * MINUTE).id


def told(scene: Scene) -> list[tuple[str, str]]:
    with reading(scene.engine) as session:
        assert audit.verify(session).ok
        return [
            (entry.who, entry.says)
            for entry in reversed(audit.latest(session))
            if entry.action.startswith("encounter.")
        ]


def test_what_a_person_sets_apart_is_two_and_is_never_proposed_again(scene: Scene) -> None:
    visit, seen = bear(scene), saw(scene, minutes=5)
    keep(scene, minutes=60)
    (one,) = found(scene)
    part(scene, one.match or 0, minutes=70)
    assert (keep(scene, minutes=80), kinds(scene)) == (0, [MODEL_ONLY, PEOPLE_ONLY])
    assert kinds(scene, as_of=NOW + 69 * MINUTE) == [BOTH]
    assert told(scene) == [("rosa", f"visit {visit} and sighting {seen} are two: another bear")]
    with reading(scene.engine) as session:
        said = joining.history(session, one.match or 0, by=RILEY, now=NOW + 90 * MINUTE)
    assert [(row.row.apart, row.made_by, row.ended_by) for row in said] == [
        (False, None, "rosa"), (True, "rosa", None),
    ]  # fmt: skip


def test_what_a_person_joins_is_one_and_another_may_set_it_apart_and_join_it_again(scene: Scene) -> None:
    visit, seen = bear(scene), saw(scene, minutes=95)
    match = join(scene, visit, seen)
    (one,) = found(scene)
    assert (one.kind, one.match, one.matched_by) == (BOTH, match, "rosa")
    part(scene, match, by=RILEY, minutes=110)
    again = join(scene, visit, seen, minutes=120)
    assert [one.match for one in found(scene)] == [again]
    with reading(scene.engine) as session:
        said = rows.matches(
            session, visits=[visit], sightings=[seen], as_of=NOW + 200 * MINUTE, holding=False
        )  # fmt: skip
    assert [(row.row.apart, row.made_by, row.ended_by) for row in said] == [
        (False, "rosa", "riley"), (True, "riley", "rosa"), (False, "rosa", None),
    ]  # fmt: skip


def test_the_proposer_of_the_rule_an_auditor_and_people_of_another_site_mend_nothing(scene: Scene) -> None:
    visit, seen = bear(scene), saw(scene, minutes=5)
    for by, refusal in ((ADA, NotAllowedNow), (AUDREY, NotPermitted), (ELSEWHERE, NotFound)):
        with pytest.raises(refusal):
            join(scene, visit, seen, by=by)
    match = join(scene, visit, seen)
    for by, refusal in ((ADA, NotAllowedNow), (AUDREY, NotPermitted), (ELSEWHERE, NotFound)):
        with pytest.raises(refusal):
            part(scene, match, by=by)
    assert len(told(scene)) == 1


def test_what_cannot_be_one_is_refused_in_words(scene: Scene) -> None:
    visit, other = bear(scene), bear(scene, minutes=60)
    unsure, seen, second = saw(scene, minutes=1, sure=Sureness.UNSURE), saw(scene, minutes=2), saw(scene, minutes=3)
    far = saw(scene, minutes=25 * 60 + 1)
    for sighting, words in ((unsure, "unsure"), (far, "24 hours apart")):
        with pytest.raises(NotAllowedNow, match=words):
            join(scene, visit, sighting)
    join(scene, visit, seen)
    for pair, words in (
        ((visit, seen), "joined already, by rosa"), ((visit, second), "set these two apart first"),
        ((other, seen), "set these two apart first"),
    ):  # fmt: skip
        with pytest.raises(NotAllowedNow, match=words):
            join(scene, *pair)
    with pytest.raises(NotFound, match="no visit 99"):
        join(scene, 99, second)


def test_a_proposal_falls_when_people_say_that_the_pictures_show_no_bear_and_the_sighting_is_free(
    scene: Scene,
) -> None:
    alert = scene.see_a_bear()
    other, seen = bear(scene, minutes=70), saw(scene, minutes=15)
    assert keep(scene, minutes=60) == 1
    scene.later(minutes=61).answer(alert, Verdict.NOT_BEAR)
    assert kinds(scene) == [MODEL_ONLY, PEOPLE_ONLY, MODEL_ONLY]
    join(scene, other, seen)
    assert [(one.kind, one.visit == other) for one in found(scene)] == [(MODEL_ONLY, False), (BOTH, True)]


def test_a_withdrawn_sighting_leaves_its_visit_free_for_another(scene: Scene) -> None:
    bear(scene)
    gone, stays = saw(scene, minutes=2), saw(scene, minutes=9, by=ROSA)
    keep(scene, minutes=60)
    with transaction(scene.engine) as session:
        watching.withdraw(session, gone, why="a cow", by=SAM, now=NOW + 61 * MINUTE)
    assert keep(scene, minutes=62) == 1
    assert [(one.kind, one.sighting) for one in found(scene)] == [(EncounterKind.BOTH, stays)]


def together(*acts: Callable[[], object]) -> list[str]:
    """Do them at one time; gives what each that was refused says."""
    begin, said = Barrier(len(acts)), list[str]()

    def run(act: Callable[[], object]) -> None:
        begin.wait()
        try:
            act()
        except BearwatchError as no:
            said.append(no.slug())

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_of_two_people_who_mend_at_one_time_one_is_told_that_it_was_done(scene: Scene) -> None:
    visit, other, seen = bear(scene), bear(scene, minutes=40), saw(scene, minutes=20)
    said = together(
        lambda: join(scene, visit, seen, by=RILEY), lambda: join(scene, other, seen),
        lambda: keep(scene, minutes=100),
    )  # fmt: skip
    (one,) = [one for one in found(scene) if one.kind is BOTH]
    assert set(said) <= {"not-allowed-now"}
    assert len(said) == (1 if one.matched_by else 2)
    said = together(lambda: part(scene, one.match or 0, by=RILEY), lambda: part(scene, one.match or 0))
    assert said == ["not-allowed-now"]
    with reading(scene.engine) as session:
        assert session.query(tables.Match).filter_by(apart=True, ended_at=None).count() == 1


def test_the_site_keeps_its_window_whoever_mends(scene: Scene) -> None:
    with reading(scene.engine) as session:
        assert matching.window(session) == timedelta(minutes=30)
        assert joining.why_not(session, "camp", ADA) is not None
        assert joining.why_not(session, "camp", ROSA) is None
