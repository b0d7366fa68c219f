"""What audited time, second answers and tests say together: the numbers of the reference, and what nobody can say."""

import pytest

from rollout.trust_told import Answered, Audited, Size, agreed, audited, blinded
from store.vocabulary import Scored, Verdict

BEAR, OTHER, UNSURE = Verdict.BEAR, Verdict.NOT_BEAR, Verdict.UNSURE
WORKED = ((Scored.NOTHING, 90_000, 300, 0), (Scored.LOW, 6_000, 300, 1), (Scored.NEAR, 800, 200, 12))
SIZES = [Size(stratum=name, size=size) for name, size, _, _ in WORKED]


def items(name: Scored, size: float, drawn: int, bears: int, *, verdict: Verdict | None = OTHER) -> list[Audited]:
    """So many of a stratum were drawn, so many of them showed a bear."""
    chance = drawn / size
    found = [Audited(stratum=name, chance=chance, verdict=BEAR) for _ in range(bears)]
    return found + [Audited(stratum=name, chance=chance, verdict=verdict) for _ in range(drawn - bears)]


EVERY = [one for row in WORKED for one in items(*row)]


def test_the_worked_audit_says_how_many_were_missed_and_what_the_empty_stratum_may_hide() -> None:
    told = audited(SIZES, EVERY, found=160)
    assert told["bears_missed_estimate"] == pytest.approx(68)
    assert told["upper"] == pytest.approx(68 + 894, abs=1)
    assert told["recall_at_least"] == pytest.approx(160 / (160 + 68 + 894), abs=1e-3)
    assert (told["items"], told["drawn"], told["answered"]) == (96_800, 800, 800)
    assert told["says"] == "about 68 bears missed, and at most 962 (95%), in camera time without an alert"


def test_what_was_not_answered_weighs_on_what_was() -> None:
    half = [*items(Scored.NEAR, 800, 100, 6), *items(Scored.NEAR, 800, 100, 0, verdict=None)]
    chance = [Audited(stratum=one.stratum, chance=0.25, verdict=one.verdict) for one in half]
    told = audited([SIZES[2]], chance, found=10)
    assert (told["drawn"], told["answered"]) == (200, 100)
    assert told["bears_missed_estimate"] == pytest.approx(48)


def test_unsure_is_no_bear_in_the_estimate_and_one_in_what_bounds_it() -> None:
    told = audited([SIZES[2]], items(Scored.NEAR, 800, 200, 12, verdict=UNSURE), found=10)
    assert told["unsure_as"] == [pytest.approx(48), pytest.approx(800)]
    assert told["upper"] == pytest.approx(800)


def test_time_of_which_nobody_has_looked_at_any_bounds_nothing() -> None:
    told = audited(SIZES, items(*WORKED[2]), found=160)
    assert (told["upper"], told["recall_at_least"]) == (None, None)
    assert told["bears_missed_estimate"] == pytest.approx(48)
    assert "of time that scored nothing, low nobody has looked at any" in told["says"]


@pytest.mark.parametrize(
    ("sizes", "drawn", "says"),
    [
        ([], [], "no audit yet: nobody can say how many bears passed that neither the model nor people saw"),
        (SIZES, items(Scored.LOW, 6000, 9, 0, verdict=None), "drawn, and nobody has looked yet"),
    ],
)
def test_nothing_is_said_where_nobody_looked(sizes: list[Size], drawn: list[Audited], says: str) -> None:
    told = audited(sizes, drawn, found=160)
    assert told["says"].startswith(says)
    assert (told["bears_missed_estimate"], told["upper"], told["recall_at_least"]) == (None, None, None)


def test_two_people_agree_as_cohen_says() -> None:
    counts = {(BEAR, BEAR): 20, (BEAR, OTHER): 5, (OTHER, BEAR): 10, (OTHER, OTHER): 15}
    pairs = [Answered(first=a, second=b, first_blind=True) for (a, b), many in counts.items() for _ in range(many)]
    told = agreed(pairs)
    assert (told["n"], told["agreed"], told["share"], round(told["kappa"], 2)) == (50, 35, 0.7, 0.4)
    blind = blinded([(True, BEAR), (None, BEAR)], pairs)
    assert (blind["blind"]["agreement"]["n"], blind["seen"]["agreement"]["n"]) == (50, 0)
    assert agreed([])["kappa"] is None
