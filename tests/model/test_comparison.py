"""Two versions on the same visits: the published tables, and what a table says."""

import json

import pytest

from model.comparison import Pair, Table, difference, mcnemar, table, wilson
from tests.ingest.drawings import SHARED

VASSAR = [
    ((101, 121, 59, 33), 4e-06), ((101, 70, 59, 33), 0.378688), ((101, 80, 59, 33), 0.089452),
    ((101, 30, 60, 33), 0.002060), ((101, 10, 30, 33), 0.002221), ((101, 10, 10, 33), 1.0),
]  # fmt: skip


def of(both: int, only_a: int, only_b: int, neither: int) -> Table:
    return Table(both=both, only_a=only_a, only_b=only_b, neither=neither)


@pytest.mark.parametrize(("counts", "p"), VASSAR)
def test_the_exact_test_gives_the_printed_p_of_six_published_tables(
    counts: tuple[int, int, int, int], p: float
) -> None:
    exact, middle = mcnemar(of(*counts))
    assert exact == pytest.approx(p, abs=1e-6)
    assert middle <= exact


def test_the_vectors_beside_the_project_are_reproduced_to_the_last_digit() -> None:
    path = SHARED.parent / "reference" / "stat_vectors.json"
    if not path.exists():
        pytest.skip("../shared/reference is not here")
    for vector in json.loads(path.read_text())["vectors"]:
        if vector["id"].startswith("mcnemar_exact"):
            (both, only_a), (only_b, neither) = vector["inputs"]["table"]
            exact, middle = mcnemar(of(both, only_a, only_b, neither))
            assert exact == pytest.approx(vector["outputs"]["p"], rel=1e-9)
            assert middle == pytest.approx(vector["outputs"]["p_midp"], rel=1e-9)
        elif vector["id"].startswith("wilson_newcombe"):
            found = wilson(vector["inputs"]["k"], vector["inputs"]["n"])
            assert found == pytest.approx(vector["outputs"]["wilson_full"], rel=1e-9)


def test_the_interval_is_the_published_one_and_turns_with_the_sides() -> None:
    """Cavo and others (2012), as the R package contingencytables prints it: -0.0621 (-0.1186 to -0.0046)."""
    told, turned = difference(of(59, 6, 16, 80)), difference(of(59, 16, 6, 80))
    assert told is not None
    assert turned is not None
    assert (told[0], *told[1]) == pytest.approx((0.0621, 0.0046, 0.1186), abs=5e-5)
    assert turned[1] == pytest.approx((-told[1][1], -told[1][0]))


@pytest.mark.parametrize("counts", [(5, 0, 0, 0), (0, 5, 0, 0), (0, 0, 5, 0), (0, 0, 0, 5), (3, 0, 0, 4)])
def test_small_and_one_sided_tables_keep_their_interval_inside_one(counts: tuple[int, int, int, int]) -> None:
    told = difference(of(*counts))
    assert told is not None
    share, (low, high) = told
    assert -1 <= low <= share <= high <= 1
    assert low < high


def test_without_visits_there_is_no_difference() -> None:
    assert difference(of(0, 0, 0, 0)) is None


def test_bears_and_other_visits_are_counted_apart() -> None:
    pairs = [
        Pair(visit="1", bear=True, a=True, b=False), Pair(visit="2", bear=True, a=True, b=True),
        Pair(visit="3", bear=False, a=False, b=True),
    ]  # fmt: skip
    assert table(pairs, bear=True) == of(1, 1, 0, 0)
    assert table(pairs, bear=False) == of(0, 0, 1, 0)
