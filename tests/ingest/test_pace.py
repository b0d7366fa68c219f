"""Which shots of a motion are kept: what is new at once, what goes on at a slower pace, and nothing for long."""

from ingest.frames import Region
from ingest.gate import Look
from ingest.pace import EVERY_S, FIRST, Pace

HERE, THERE = Region(x=0.1, y=0.1, w=0.2, h=0.2), Region(x=0.7, y=0.6, w=0.2, h=0.2)


def moved(*regions: Region) -> Look:
    return Look(kept=True, regions=regions, says="moved")


def kept(pace: Pace, *moments: tuple[float, Look]) -> list[float]:
    return [at_s for at_s, look in moments if pace.keeps(look, at_s)]


def test_the_first_shots_of_a_motion_are_all_kept_and_then_one_in_a_while() -> None:
    at = [number / 2 for number in range(20)]
    found = kept(Pace(), *[(at_s, moved(HERE)) for at_s in at])
    assert found[:FIRST] == at[:FIRST]
    assert {later - sooner for sooner, later in zip(found[FIRST:], found[FIRST + 1 :], strict=False)} == {EVERY_S}


def test_a_new_place_is_kept_at_once() -> None:
    pace = Pace()
    kept(pace, *[(number / 2, moved(HERE)) for number in range(FIRST)])
    assert kept(pace, (2.0, moved(HERE)), (2.1, moved(HERE, THERE)), (2.2, moved(THERE))) == [2.1]


def test_a_motion_after_a_pause_begins_anew() -> None:
    pace = Pace()
    kept(pace, *[(number / 2, moved(HERE)) for number in range(12)])
    assert kept(pace, *[(20 + number / 2, moved(HERE)) for number in range(3)]) == [20, 20.5, 21]


def test_what_the_gate_does_not_keep_is_not_kept_and_a_look_at_the_whole_is() -> None:
    pace = Pace()
    kept(pace, *[(number / 2, moved(HERE)) for number in range(FIRST)])
    nothing, whole = Look(kept=False, regions=(), says="nothing"), Look(kept=True, regions=(), says="a look")
    assert kept(pace, (2.0, nothing), (2.1, whole), (2.2, whole)) == [2.1, 2.2]
