"""Judging: what is wrong with a camera, from one picture, its reference view and its own history. PURE.

Three answers to each question: yes, no, cannot tell. Cannot tell changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

from ingest.shifts import Grey, Shift, shift
from ingest.signs import Signs
from store.vocabulary import CameraFault

BLACK_LIGHT, BLACK_CONTRAST = 16.0, 9.0
LIT = 26.0
"""A night view at least this light has had a lamp."""

LOST_EDGES = 0.25
"""A block has lost its structure when less than this of it is left."""

COVERED_SHARE = 0.6
ALIKE, UNLIKE = 0.35, 0.12
"""Correlation with the reference: above it is the same view, below it another one."""

COARSE_ALIKE = 0.5
BLURRED_SHARE = 0.5
"""Of the median sharpness that the camera had in this light."""

FAR, NEAR = 0.03, 0.015
"""A shift that counts as moved, and one that counts as back, as shares of the picture."""

LEAST_HISTORY = 5
BLOCKS = 8


@dataclass(frozen=True, kw_only=True)
class Answer:
    """yes: True, False, or None where nobody can tell. measured: numbers behind it, for people."""

    yes: bool | None
    says: str = ""
    measured: Mapping[str, float] = field(default_factory=dict)


NO, CANNOT_TELL = Answer(yes=False), Answer(yes=None)


@dataclass(frozen=True, kw_only=True, eq=False)
class Known:
    """What is known of a camera in the light of the picture. night_lit: its night reference has had a lamp."""

    reference: Grey | None
    sharpness: Sequence[float] = ()
    night_lit: bool = False
    sun_down: bool = False
    may_freeze: bool = True


def judge(signs: Signs, known: Known, *, still: bool | None) -> dict[CameraFault, Answer]:
    """All questions about one picture. still: it is the one before, None where there was none."""
    dark = _dark(signs, known)
    answers = {
        CameraFault.BLACK: dark if not (known.sun_down and known.night_lit) else NO,
        CameraFault.INFRARED_FAILED: _infrared(dark, known),
        CameraFault.FROZEN: _frozen(still, known) if not dark.yes else CANNOT_TELL,
    }
    if dark.yes or known.reference is None or known.reference.shape != signs.grey.shape:
        return answers | dict.fromkeys(
            (CameraFault.COVERED, CameraFault.BLURRED, CameraFault.MOVED), CANNOT_TELL
        )  # fmt: skip
    return answers | _compared(signs, known, known.reference)


def _dark(signs: Signs, known: Known) -> Answer:
    yes = signs.light < BLACK_LIGHT and signs.contrast < BLACK_CONTRAST
    when = "by night" if known.sun_down else "by day"
    says = f"the picture is black {when} (light {signs.light:.0f} of 255)"
    return Answer(yes=yes, says=says, measured={"light": round(signs.light, 1)})


def _infrared(dark: Answer, known: Known) -> Answer:
    """Black by night, where the camera's own lamp has lit the view before."""
    if not known.sun_down:
        return CANNOT_TELL if dark.yes else NO
    if not dark.yes:
        return NO
    if not known.night_lit:
        return CANNOT_TELL
    return Answer(
        yes=True, measured=dark.measured,
        says=f"the night picture is black, its lamp has lit it before (light {dark.measured['light']:.0f} of 255)",
    )  # fmt: skip


def _frozen(still: bool | None, known: Known) -> Answer:
    if still is None or not known.may_freeze:
        return CANNOT_TELL
    return Answer(yes=still, says="each picture is the same as the one before, without a sensor's noise")


def _compared(signs: Signs, known: Known, reference: Grey) -> dict[CameraFault, Answer]:
    """Covered hides the view, blurred softens it, moved shows another: at most one of them is said at a time."""
    moved, lost = shift(reference, signs.grey), lost_share(reference, signs.grey)
    coarse = _coarse_alike(reference, signs.grey, moved)
    covered = lost >= COVERED_SHARE and moved.alike < ALIKE and coarse < COARSE_ALIKE
    told = {"lost_percent": round(100 * lost, 1), "likeness": round(moved.likeness, 2)}
    return {
        CameraFault.COVERED: Answer(
            yes=covered if covered or moved.alike > UNLIKE or lost < 0.5 else None, measured=told,
            says=f"{lost:.0%} of the view has lost its structure",
        ),
        CameraFault.BLURRED: CANNOT_TELL if covered else _blurred(signs, known, moved, coarse),
        CameraFault.MOVED: CANNOT_TELL if covered else _moved(signs, moved, lost, reference.shape),
    }  # fmt: skip


def _blurred(signs: Signs, known: Known, moved: Shift, coarse: float) -> Answer:
    if len(known.sharpness) < LEAST_HISTORY:
        return CANNOT_TELL
    share = signs.sharpness / max(1e-6, float(np.median(known.sharpness)))
    same = coarse >= COARSE_ALIKE or moved.alike >= ALIKE
    yes = share < BLURRED_SHARE if same else (False if share >= 0.8 else None)
    told = {"sharpness_percent": round(100 * share, 1)}
    return Answer(yes=yes, measured=told, says=f"the picture has {share:.0%} of its usual sharpness")


def _moved(signs: Signs, moved: Shift, lost: float, shape: tuple[int, ...]) -> Answer:
    """Yes only where the pictures agree once the shift is taken back, or where a whole other view is there."""
    height, width = shape[0], shape[1]
    told = {
        "right_percent": round(100 * moved.x, 1), "down_percent": round(100 * moved.y, 1),
        "right_pixels": round(moved.x * width, 1), "down_pixels": round(moved.y * height, 1),
        "likeness": round(moved.likeness, 2), "of_width": width, "of_height": height,
    }  # fmt: skip
    if moved.alike >= ALIKE and moved.alike > moved.likeness + 0.1 and moved.far >= FAR:
        return Answer(yes=True, says=_shift_says(moved), measured=told)
    if moved.likeness >= ALIKE / 2 and moved.far < NEAR:
        return Answer(yes=False, measured=told)
    if moved.alike < UNLIKE and lost < 0.3 and signs.contrast > BLACK_CONTRAST:
        return Answer(yes=True, says="the camera shows another view than its reference", measured=told)
    return Answer(yes=None, measured=told)


def _shift_says(moved: Shift) -> str:
    across = f"{abs(moved.x):.0%} of its width to the {'right' if moved.x > 0 else 'left'}"
    along = f"{abs(moved.y):.0%} of its height {'down' if moved.y > 0 else 'up'}"
    return f"what the camera shows has gone {across} and {along}"


def lost_share(reference: Grey, grey: Grey) -> float:
    """The share of the blocks with structure in the reference that have lost it, 0 to 1. Dusk takes some from all."""
    had, has = _structure(reference), _structure(grey)
    counted = had > max(1.0, 0.25 * float(np.median(had)))
    if not counted.any():
        return 0.0
    light = min(1.0, float(grey.mean()) / max(1.0, float(reference.mean())))
    return float((has[counted] < LOST_EDGES * light * had[counted]).mean())


def _structure(grey: Grey) -> Grey:
    """Standard deviation of the fine structure in each block; finer still is a sensor's noise."""
    fine = ndimage.gaussian_filter(grey, 1.0) - ndimage.gaussian_filter(grey, 4.0)
    rows = np.array_split(np.arange(grey.shape[0]), BLOCKS)
    columns = np.array_split(np.arange(grey.shape[1]), BLOCKS)
    found = [[fine[row[0] : row[-1] + 1, column[0] : column[-1] + 1].std() for column in columns] for row in rows]
    return np.asarray(found, dtype=np.float32)


def _coarse_alike(reference: Grey, grey: Grey, moved: Shift) -> float:
    """Correlation of the two without their fine structure: what is only blurred keeps its large shapes."""
    down, right = (round(moved.y * grey.shape[0]), round(moved.x * grey.shape[1])) if moved.alike > ALIKE else (0, 0)
    here = ndimage.gaussian_filter(reference, 8.0)
    there = np.roll(ndimage.gaussian_filter(grey, 8.0), (-down, -right), axis=(0, 1))
    return float(np.corrcoef(here.ravel(), there.ravel())[0, 1]) if there.std() > 0.5 and here.std() > 0.5 else 0.0
