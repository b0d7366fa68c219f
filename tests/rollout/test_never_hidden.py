"""A dismissed bush never hides a later bear, and nothing that is found is left without an answer; for any history."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from model.detections import Box, Detection, Failed, Found
from rollout import places, visits
from rollout.rules import AGAIN, JUMP, SETTLES, decide
from rollout.scopes import Inside
from rollout.situations import Raised, Situation
from rollout.terms import Terms
from rollout.visits import Seen, Visit
from store.vocabulary import Act, Origin, Reason, Stage
from tests.conftest import NOW

MINUTES = st.integers(0, 240)
BOXES = [
    Box(x=x, y=y, w=0.1, h=0.1, label="bear", p=0.9) for x in (0.05, 0.1, 0.5, 0.85) for y in (0.1, 0.5, 0.85)
]  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[Visit]:
    """Visits of one camera group, dismissed or open, alerted or not."""
    found = []
    for number in range(draw(st.integers(1, 5))):
        first, lasts = draw(MINUTES), draw(st.integers(0, 40))
        closed = draw(st.booleans())
        found.append(
            Visit(
                id=number, kind="bear", started_at=NOW + timedelta(minutes=first),
                last_at=NOW + timedelta(minutes=first + lasts), p_bear=0.8, alerted=closed or draw(st.booleans()),
                closed_at=NOW + timedelta(minutes=first + lasts + 1) if closed else None,
                shown=frozenset({"creek"}),
            )
        )  # fmt: skip
    return found


@given(known=histories(), at=MINUTES, camera=st.sampled_from(["creek", "ridge"]))
def test_a_bear_after_a_dismissed_visit_is_never_counted_to_it(known: list[Visit], at: int, camera: str) -> None:
    what = Seen(camera=camera, at=NOW + timedelta(minutes=at), kind="bear", faint=False, p_bear=0.9)
    to = visits.attach(what, known)
    assert to is not None
    home = next((visit for visit in known if visit.id == to.visit), None)
    if home is not None and home.closed_at is not None:
        assert camera in home.shown
        assert home.started_at <= what.at <= home.last_at
    touched = {visit.id: visit for visit in known if visit.id in (*to.absorbs, *to.links)}
    assert all(visit.closed_at is None for visit in touched.values())


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Anything that a frame can meet."""
    stage = draw(st.sampled_from([None, *Stage]))
    raised = draw(st.lists(st.tuples(st.sampled_from([Act.RECORD, Act.ASK, Act.WARN]), MINUTES), max_size=3))
    terms = Terms(
        site="camp", stage=stage, guardrails=draw(st.sampled_from([{}, {"max_alerts_per_day": 3}]))
    ) if stage else None  # fmt: skip
    return Situation(
        terms=terms, threshold=0.5, inside=Inside(yes=draw(st.booleans()), says="so"),
        origin=draw(st.sampled_from(Origin)), taken_at=NOW, received_at=NOW - timedelta(minutes=draw(MINUTES)),
        now=NOW, stopped=draw(st.sampled_from([None, "sam"])), quiet=draw(st.sampled_from([None, "there"])),
        narrowed=draw(st.sampled_from([None, "min_precision"])),
        raised=tuple(
            Raised(act=act, taken_at=NOW - timedelta(minutes=ago), raised_at=NOW - timedelta(minutes=ago))
            for act, ago in raised
        ),
        before_p=draw(st.sampled_from([0.0, 0.55, 0.9])), seen_at=tuple(draw(st.lists(st.sampled_from(BOXES)))),
        last_alert_at=draw(st.sampled_from([None, NOW - timedelta(minutes=5)])), alerts_today=draw(st.integers(0, 4)),
        learning=draw(st.booleans()), receivers=draw(st.integers(0, 1)),
    )  # fmt: skip


@st.composite
def findings(draw: st.DrawFn) -> Found | None:
    """What a version says of a frame, or that it could not."""
    if draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from([None, Failed(kind="undecodable", detail="cut off")]))
    return bear(draw(st.sampled_from([0.1, 0.5, 0.9])), draw(st.sampled_from(BOXES)))


def bear(p: float, box: Box) -> Detection:
    return Detection(
        label="bear", index=0, probabilities={"bear": p}, p_bear=p, bear=p >= 0.5, threshold=0.5, out_of_domain_p=0.5,
        night=False, boxes=(box,), model="a" * 64, seconds=0.01,
    )  # fmt: skip


@given(found=findings(), situation=situations())
def test_every_situation_has_one_decision_with_a_reason_and_none_is_louder_than_its_stage(
    found: Found | None, situation: Situation
) -> None:
    decision = decide(found, situation)
    stage = situation.terms.stage if situation.terms else Stage.OFF
    assert decision.says
    assert decision == decide(found, situation)
    assert decision.act is not Act.WARN or stage is Stage.LIVE
    assert decision.act is not Act.ASK or stage in (Stage.TRIAL, Stage.LIVE)
    if situation.stopped or not situation.inside.yes:
        assert decision.act not in (Act.ASK, Act.WARN)


@given(situation=situations(), p=st.sampled_from([0.55, 0.9]), box=st.sampled_from(BOXES))
def test_a_bear_joins_no_alert_when_it_is_new_in_place_surer_or_an_hour_later(
    situation: Situation, p: float, box: Box
) -> None:
    decision = decide(bear(p, box), situation)
    if not situation.raised or decision.reason is not Reason.SAME_VISIT:
        return
    since = min(situation.taken_at - alert.taken_at for alert in situation.raised)
    assert decision.act is Act.JOIN
    assert since < AGAIN
    assert not places.new(places.of(bear(p, box)), situation.seen_at)
    loudest = max((alert.act for alert in situation.raised), key=[Act.RECORD, Act.ASK, Act.WARN].index)
    last = min(situation.taken_at - alert.taken_at for alert in situation.raised if alert.act is loudest)
    assert last < SETTLES or p - situation.before_p < JUMP
