"""Encounters: pairs are one to one, within the window, and the same however the rows are numbered."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from rollout import encounters
from rollout.encounters import WINDOW, Encounter, Seen, Told
from store.vocabulary import EncounterKind

AT = datetime(2026, 11, 24, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

minutes = st.integers(0, 300)
visits = st.lists(
    st.tuples(minutes, st.integers(0, 40), st.sampled_from(["creek", "ridge"])), max_size=6, unique_by=lambda v: v[0]
)
sightings = st.lists(
    st.tuples(minutes, st.sampled_from([None, "creek", "ridge"])), max_size=6, unique_by=lambda s: s[0]
)


def seen(rows: Sequence[tuple[int, int, str]], *, first: int = 1) -> list[Seen]:
    return [
        Seen(id=first + number, since=AT + start * MINUTE, until=AT + (start + lasts) * MINUTE, group=group)
        for number, (start, lasts, group) in enumerate(rows)
    ]


def told(rows: Sequence[tuple[int, str | None]], *, first: int = 1) -> list[Told]:
    return [Told(id=first + number, at=AT + at * MINUTE, group=group) for number, (at, group) in enumerate(rows)]


def by_time(
    some: Sequence[Seen], others: Sequence[Told], **more: set[tuple[int, int]]
) -> set[tuple[datetime, datetime]]:
    starts, moments = {one.id: one.since for one in some}, {one.id: one.at for one in others}
    return {(starts[pair.visit], moments[pair.sighting]) for pair in encounters.pairs(some, others, **more)}


@given(visits, sightings)
def test_no_visit_and_no_sighting_is_in_two_pairs_and_none_is_further_than_the_window(
    shown: list[tuple[int, int, str]], said: list[tuple[int, str | None]]
) -> None:
    some, others = seen(shown), told(said)
    found = encounters.pairs(some, others)
    assert len({pair.visit for pair in found}) == len({pair.sighting for pair in found}) == len(found)
    places, moments = {one.id: one for one in some}, {one.id: one.at for one in others}
    for pair in found:
        assert pair.away == encounters.away(places[pair.visit], moments[pair.sighting]) <= WINDOW


@given(visits, sightings)
def test_other_numbers_and_another_order_give_the_same_number_of_pairs_and_the_same_distance(
    shown: list[tuple[int, int, str]], said: list[tuple[int, str | None]]
) -> None:
    some, others = seen(shown), told(said)
    again, told_again = seen(shown[::-1], first=50), told(said[::-1], first=90)
    first, second = encounters.pairs(some, others), encounters.pairs(again, told_again)
    assert encounters.pairs(some[::-1], others[::-1]) == first
    assert by_time(again, told_again) == by_time(some, others)
    assert sum((pair.away for pair in first), timedelta()) == sum((pair.away for pair in second), timedelta())


@given(
    st.lists(st.tuples(minutes, st.integers(0, 40), st.just("creek")), max_size=4, unique_by=lambda v: v[0]),
    st.lists(st.tuples(minutes, st.none()), max_size=4, unique_by=lambda s: s[0]),
)
def test_there_are_as_many_pairs_as_can_be_and_no_others_are_nearer(
    shown: list[tuple[int, int, str]], said: list[tuple[int, str | None]]
) -> None:
    some, others = seen(shown), told(said)
    best = (0, timedelta())
    wide = [*others, *[None] * len(some)]
    for order in permutations(wide, len(some)):
        own = [encounters.away(one, of.at) for one, of in zip(some, order, strict=True) if of is not None]
        if all(away <= WINDOW for away in own):
            best = max(best, (len(own), -sum(own, timedelta())))
    found = encounters.pairs(some, others)
    assert (len(found), -sum((pair.away for pair in found), timedelta())) == best


@given(visits, sightings)
def test_what_was_set_apart_is_proposed_in_no_pair(
    shown: list[tuple[int, int, str]], said: list[tuple[int, str | None]]
) -> None:
    some, others = seen(shown), told(said)
    apart = {(pair.visit, pair.sighting) for pair in encounters.pairs(some, others)}
    assert not apart & {(pair.visit, pair.sighting) for pair in encounters.pairs(some, others, apart=apart)}


@given(visits, sightings)
def test_what_hangs_together_holds_each_once_and_is_further_than_the_window_from_the_rest(
    shown: list[tuple[int, int, str]], said: list[tuple[int, str | None]]
) -> None:
    some, others = seen(shown), told(said)
    parts = list(encounters.clusters(some, others))
    assert sorted(one.id for visits, _ in parts for one in visits) == [one.id for one in some]
    assert sorted(one.id for _, moments in parts for one in moments) == [one.id for one in others]
    for here, (visits_here, _) in enumerate(parts):
        for there, (_, told_there) in enumerate(parts):
            assert here == there or all(
                encounters.away(one, of.at) > WINDOW for one in visits_here for of in told_there
            )


def test_a_visit_of_the_camera_that_the_sighting_names_comes_first() -> None:
    some = seen([(0, 0, "ridge"), (20, 0, "creek")])
    assert by_time(some, told([(1, "creek")])) == {(AT + 20 * MINUTE, AT + MINUTE)}
    assert by_time(some, told([(1, None)])) == {(AT, AT + MINUTE)}
    assert by_time(some[:1], told([(1, "creek")])) == {(AT, AT + MINUTE)}


def test_chance_looks_for_each_sighting_on_the_day_before() -> None:
    some, others = seen([(0, 0, "creek"), (100, 0, "creek")]), told([(24 * 60 + 5, None), (24 * 60 + 200, None)])
    found = encounters.chance(some, others)
    assert (found.matched, found.of, found.share) == (1, 2, 0.5)
    assert encounters.chance(some, []).share is None
    assert encounters.chance([], others).share == 0


def test_both_begins_with_whoever_noticed_first() -> None:
    visit = Encounter(kind=EncounterKind.MODEL_ONLY, at=AT, until=AT + 9 * MINUTE, visit=1, night=True)
    before = Encounter(
        kind=EncounterKind.PEOPLE_ONLY, at=AT - MINUTE, until=AT - MINUTE, sighting=1, session=4, night=False
    )
    (one,) = encounters.joined([visit], [before], {(1, 1): (7, None)})
    assert (one.kind, one.at, one.until, one.night) == (EncounterKind.BOTH, AT - MINUTE, AT + 9 * MINUTE, False)
    assert (one.visit, one.sighting, one.session, one.match, one.matched_by) == (1, 1, 4, 7, None)
    assert [one.kind for one in encounters.joined([visit], [before], {(1, 2): (7, None)})] == [
        EncounterKind.PEOPLE_ONLY, EncounterKind.MODEL_ONLY,
    ]  # fmt: skip
