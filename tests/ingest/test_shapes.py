"""Growing and shrinking marks: the same as SciPy's own, at every edge and density."""

import numpy as np
import pytest
from scipy import ndimage

from ingest import shapes


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.6, 0.97, 1.0])
@pytest.mark.parametrize("shape", [(1, 1), (2, 5), (45, 80), (180, 320)])
def test_they_are_what_scipy_makes(share: float, shape: tuple[int, int]) -> None:
    mask = np.random.default_rng(2).random(shape) < share
    before = mask.copy()
    square = np.ones((3, 3), dtype=np.bool_)
    assert (shapes.opened(mask) == ndimage.binary_opening(mask)).all()
    assert (shapes.grown(mask, 2) == ndimage.binary_dilation(mask, square, iterations=2)).all()
    assert (mask == before).all()
