"""The reference is 1 until two people accept another, on evidence that is frozen and counted again."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from rollout import matching, reference, references
from rollout.actors import Actor
from store import audit, tables
from store import references as rows
from store.errors import ApprovalVoid, NotAllowedNow, NotPermitted
from store.session import Engine, reading, transaction
from store.vocabulary import Role, Verdict
from tests.rollout.drifting import DAY, DAYLIGHT, MINUTE, NIGHTFALL, Bear, bears, camera_waits, watches
from tests.rollout.proposing import ANN, BOB, EVE, NOW, OVERRIDE, approve, person
from tests.rollout.proposing import propose as make

THEN = NOW + 15 * DAY


@pytest.fixture
def seen(site: Engine) -> Engine:
    """Two weeks in shadow with 22 bears of 24 found by the model and 10 by people, then a trial."""
    camera_waits(site)
    begins = [NIGHTFALL + number * DAY + light for number in range(12) for light in (0 * DAY, DAYLIGHT)]
    watches(site, begins)
    bears(site, 1, [
        Bear(at=at + 90 * MINUTE, model=number not in (3, 9), people=number % 5 in (3, 4) or number == 1)
        for number, at in enumerate(begins)
    ])  # fmt: skip
    matching.keep(site, now=NOW + 14 * DAY)
    return site


@pytest.fixture
def tried(seen: Engine) -> Engine:
    """The same, in trial."""
    view = make(seen, now=NOW + 14 * DAY, stage="trial", **OVERRIDE | {"last_day": "2026-12-20"})
    approve(seen, view.rule, now=NOW + 14 * DAY)
    return seen


def propose(engine: Engine, by: Actor = ANN) -> tables.ReferenceRatio:
    with transaction(engine) as session:
        return references.propose(session, "camp", reason="these are bears", by=by, now=THEN)


def accept(
    engine: Engine, row: tables.ReferenceRatio, by: Actor = BOB, *, sha256: str | None = None,
    now: timedelta = DAY,
) -> tables.ReferenceRatio:  # fmt: skip
    with transaction(engine) as session:
        return references.accept(session, row.id, sha256=sha256 or row.sha256, by=by, now=THEN + now)


def in_force(engine: Engine) -> tuple[float, tuple[str, ...]]:
    with reading(engine) as session:
        held = reference.held(session, "camp", THEN + 10 * DAY)
        return round(held.reference.ratio, 3), held.by


def test_in_shadow_it_is_one_and_nothing_can_be_proposed(seen: Engine) -> None:
    with pytest.raises(NotAllowedNow, match="1 until the site leaves shadow"):
        propose(seen)
    assert in_force(seen) == (1.0, ())


def test_two_people_accept_what_the_weeks_gave_and_the_chain_tells_of_both(tried: Engine) -> None:
    row = propose(tried)
    counted = {name: row.evidence[name] for name in ("both", "model_only", "manual_only", "place")}
    assert counted == {"both": 8, "model_only": 14, "manual_only": 2, "place": "field"}
    assert row.ratio == pytest.approx(2.2)
    assert 1 < row.low < row.ratio < row.high
    assert in_force(tried) == (1.0, ()), "a proposal changes nothing"
    accept(tried, row)
    assert in_force(tried) == (2.2, ("ann", "bob"))
    with reading(tried) as session:
        assert reference.of(session, "camp", THEN).ratio == 1.0, "what was compared before stays so"
        said = [(entry.action, entry.who) for entry in audit.latest(session) if entry.action.startswith("reference")]
    assert said == [("reference.accepted", "bob"), ("reference.proposed", "ann")]


def test_one_person_and_an_account_of_their_making_are_not_two(tried: Engine) -> None:
    row = propose(tried)
    made = person(tried, "puppet", Role.SUPERVISOR, by=ANN)
    for who, fault in ((ANN, "another person must"), (made, "ann added puppet")):
        with pytest.raises(NotAllowedNow, match=fault):
            accept(tried, row, who)
    with pytest.raises(NotPermitted):
        accept(tried, row, EVE)
    with pytest.raises(NotPermitted):
        propose(tried, BOB)
    with pytest.raises(IntegrityError), transaction(tried) as session:
        held = rows.get(session, row.id)
        held.accepted_by, held.accepted_at = held.proposed_by, THEN
    assert in_force(tried) == (1.0, ())


def test_what_was_not_looked_at_is_not_accepted(tried: Engine) -> None:
    row = propose(tried)
    with pytest.raises(ApprovalVoid, match="what was looked at"):
        accept(tried, row, sha256="0" * 64)


def test_a_proposal_is_void_once_what_it_rests_on_has_changed(tried: Engine) -> None:
    row = propose(tried)
    with pytest.raises(ApprovalVoid, match="not accepted within 14 days"):
        accept(tried, row, now=15 * DAY)
    with transaction(tried) as session:
        alone = session.query(tables.Alert).filter_by(taken_at=NIGHTFALL + 90 * MINUTE).one()
        session.add(tables.Review(alert_id=alone.id, person_id=2, verdict=Verdict.NOT_BEAR, at=THEN - DAY))
    with pytest.raises(ApprovalVoid, match="model_only 14 then, 13 now"):
        accept(tried, row)
    row = propose(tried)
    with transaction(tried) as session:
        rows.get(session, row.id).evidence = {**row.evidence, "model_only": 40}
    with pytest.raises(ApprovalVoid, match="its evidence is not what its sha256 says"):
        accept(tried, row)
    row = propose(tried)
    make(tried, now=THEN, stage="shadow")
    with pytest.raises(ApprovalVoid, match="1 until the site leaves shadow"):
        accept(tried, row)


def test_the_next_one_ends_it_and_nobody_alone_does(tried: Engine) -> None:
    first = propose(tried)
    with transaction(tried) as session:
        references.withdraw(session, first.id, by=ANN, now=THEN)
    with pytest.raises(NotAllowedNow, match="has ended: taken back"):
        accept(tried, first)
    second = accept(tried, propose(tried))
    with pytest.raises(NotAllowedNow, match="was accepted already"), transaction(tried) as session:
        references.withdraw(session, second.id, by=ANN, now=THEN + 2 * DAY)
    with transaction(tried) as session:
        assert references.preview(session, "camp", now=THEN + 2 * DAY).refused == (
            "0 encounters, 20 are needed before a ratio is accepted"
        ), "only weeks after it give the next one"
        session.add(tables.ReferenceRatio(
            site_id="camp", ratio=1.5, low=1.1, high=2.1, evidence=dict(second.evidence), sha256="", reason="again",
            proposed_by=ANN.id, proposed_at=THEN + 2 * DAY,
        ))  # fmt: skip
        session.flush()
        third = rows.waiting(session, "camp")[0]
        third.sha256 = references.bind("camp", references.Reference(ratio=1.5, low=1.1, high=2.1), third.evidence)
    accept(tried, third, now=3 * DAY)
    assert in_force(tried) == (1.5, ("ann", "bob"))
    with reading(tried) as session:
        assert rows.get(session, second.id).ended_why == "another reference was accepted"
        assert reference.of(session, "camp", THEN + 2 * DAY).ratio == pytest.approx(2.2)


def test_another_threshold_makes_it_void(tried: Engine) -> None:
    row = propose(tried)
    view = make(tried, now=THEN, stage="trial", threshold=0.6, **OVERRIDE | {"last_day": "2026-12-20"})
    approve(tried, view.rule, now=THEN)
    with pytest.raises(ApprovalVoid, match="another version or threshold"):
        accept(tried, row)
