"""The 101 reference cases, 43 of them published numbers, to the precision that each states."""

from typing import Any

import pytest

from tests.rollout.evidence.computing import computed
from tests.rollout.evidence.vectors import CASES, COPY, SHARED, same


def test_the_copy_beside_the_tests_is_the_reference_whole() -> None:
    assert len(CASES) == 101
    if not SHARED.exists():
        pytest.skip("../shared/reference is not here")
    assert COPY.read_bytes() == SHARED.read_bytes()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_each_reference_case_is_reproduced(case: dict[str, Any]) -> None:
    wanted, found = dict(case["outputs"]), computed(case["id"], case["inputs"])
    if printed := wanted.pop("printed", None):
        assert same(found["printed"], printed, rel=case["rel_tol"], absolute=0.51)
    if (p := wanted.pop("p_printed", None)) is not None:
        assert found["p_printed"] == pytest.approx(p, abs=1e-6)
        case = {**case, "rel_tol": 1e-9}
    if "wilson_full" in wanted:  # the published ones are printed to four decimals
        assert found["wilson"] == pytest.approx(wanted.pop("wilson"), abs=6e-5)
        case = {**case, "rel_tol": 1e-9}
    if "computed" in wanted:
        case = {**case, "rel_tol": 1e-9}
    assert same(found, wanted, rel=case["rel_tol"]), {key: (found.get(key), value) for key, value in wanted.items()}
