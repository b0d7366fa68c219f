"""Stillness: do the sizes of a stream's packets say that nothing moves? PURE.

Between two keyframes an encoder writes only what changed, so its packets are small and even while nothing moves and
grow with each thing that does; motion detection in the compressed domain rests on it. Both the mean and the median of
half a second are held against what they were while nothing moved: the mean shows something that moves for a moment,
the median something small that moves all the time. After a keyframe packets are smaller than before the next one, so
each half second is held against those equally far from their keyframe. Where sizes cannot tell, the answer says so,
and pictures are decoded.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

WINDOW_S = 0.5
LEAST_PACKETS = 6
"""Fewer packets than this say too little: at a low rate a window is longer."""

LEARNED = 20
"""Windows after which the quiet level is known."""

EACH = 4
"""Windows equally far from their keyframe before one more of them can be judged."""

PHASES = 16
"""Windows further from their keyframe than this count as equally far."""

REMEMBERED = 24
TIMES_SPREAD = 4.0
LEAST_RISE = 0.12
"""A rise by less than this share of the quiet level is noise, when it stands alone or not."""

LEAST_BYTES = 24.0
"""A quiet level of almost nothing (a drawn picture) may rise by this many bytes a packet."""

CLEAR_RISE = 0.5
"""A rise by this share counts at once; a smaller one when the next window shows it too."""

FLAT_SHARE = 0.015
FLAT_BITS = 0.04
"""Windows as even as this, of so many bits a pixel, come from a camera that fills a constant rate."""

FLAT_EVERY = 8
"""How even they are is asked again after so many windows: it takes longer than judging one."""

DISTRUST_S = 120.0
STALE_S = 3.0
"""An answer older than this says nothing of now: too few packets came between two keyframes to judge by."""


class Answer(StrEnum):
    """Three answers: cannot tell is treated as moving."""

    STILL = "still"
    MOVING = "moving"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The answer, and why."""

    answer: Answer
    says: str


@dataclass(frozen=True, kw_only=True)
class Window:
    """Bytes a packet over half a second."""

    mean: float
    median: float


class Stillness:
    """One stream's packets, judged as they come. Times are seconds of any one clock.

    >>> stillness = Stillness(pixels=640 * 480)
    >>> for number in range(500):
    ...     stillness.packet(number / 25, 900 + number % 7 * 10, key=number % 50 == 0)
    >>> stillness.judge(20.0).answer.value
    'still'
    >>> for number in range(500, 530):
    ...     stillness.packet(number / 25, 1900, key=number % 50 == 0)
    >>> stillness.judge(21.2).says
    'the packets grew to 2.0 times their quiet size'
    """

    def __init__(self, *, pixels: int) -> None:
        """pixels: width times height of the stream."""
        self._pixels = max(1, pixels)
        self._sizes: list[int] = []
        self._begun_at: float | None = None
        self._quiet: dict[int, deque[Window]] = {}
        self._phase = 0
        self._flat, self._windows = False, 0
        self._rising = False
        self._busy = False
        self._distrusted_until = float("-inf")
        self._judged_at = float("-inf")
        self._judgement = Judgement(answer=Answer.CANNOT_TELL, says="the quiet size of its packets is not known yet")

    def packet(self, at_s: float, size: int, *, key: bool) -> None:
        """Take one packet in. Keyframes hold the whole picture, so their size is left out."""
        if key:
            self._sizes, self._begun_at, self._phase = [], None, 0
            return
        self._begun_at = at_s if self._begun_at is None else self._begun_at
        self._sizes.append(size)
        if at_s - self._begun_at >= WINDOW_S and len(self._sizes) >= LEAST_PACKETS:
            self._close()
            self._judged_at = at_s

    def judge(self, at_s: float) -> Judgement:
        """What the packets up to now say."""
        if at_s < self._distrusted_until:
            return Judgement(answer=Answer.CANNOT_TELL, says="they missed something that a picture showed")
        if self._judgement.answer is Answer.STILL and at_s - self._judged_at > STALE_S:
            return Judgement(answer=Answer.CANNOT_TELL, says="too few packets come to judge by")
        return self._judgement

    def seen(self, at_s: float, *, moving: bool) -> None:
        """What the pictures themselves show: a motion that the packets missed costs them our trust for a while.

        While pictures show motion nothing is learned: a bear that stays must not become the quiet level.
        """
        if moving and not self._busy and self._judgement.answer is Answer.STILL:
            self._distrusted_until = at_s + DISTRUST_S
        self._busy = moving

    def _close(self) -> None:
        window = Window(mean=sum(self._sizes) / len(self._sizes), median=median(self._sizes))
        quiet = self._quiet.setdefault(self._phase, deque(maxlen=REMEMBERED))
        self._sizes, self._begun_at, self._phase = [], None, min(self._phase + 1, PHASES)
        self._judgement = self._judged(window, quiet)
        if not self._busy:
            quiet.append(window)

    def _judged(self, window: Window, quiet: Sequence[Window]) -> Judgement:
        if len(quiet) < EACH or sum(map(len, self._quiet.values())) < LEARNED:
            return Judgement(answer=Answer.CANNOT_TELL, says="the quiet size of its packets is not known yet")
        if self._windows % FLAT_EVERY == 0:
            self._flat = self._is_flat()
        self._windows += 1
        if self._flat:
            return Judgement(answer=Answer.CANNOT_TELL, says="its packets have one size whatever happens")
        rises = [
            _rise(window.mean, [one.mean for one in quiet]),
            _rise(window.median, [one.median for one in quiet]),
        ]
        again, self._rising = self._rising, any(rises)
        largest = max(rises)
        if largest >= CLEAR_RISE or (largest and again):
            return Judgement(
                answer=Answer.MOVING, says=f"the packets grew to {1 + largest:.1f} times their quiet size"
            )
        return Judgement(answer=Answer.STILL, says="the packets are as small as while nothing moved")

    def _is_flat(self) -> bool:
        means = [one.mean for windows in self._quiet.values() for one in windows]
        level = median(means)
        return level * 8 >= FLAT_BITS * self._pixels and _spread(means) < FLAT_SHARE * level


def _rise(value: float, quiet: list[float]) -> float:
    """By what share of the quiet level it rose; 0 where that is noise."""
    level = median(quiet)
    least = max(TIMES_SPREAD * _spread(quiet), LEAST_RISE * level, LEAST_BYTES)
    return (value - level) / max(level, 1.0) if value - level > least else 0.0


def _spread(values: list[float]) -> float:
    """The median absolute deviation, scaled to a standard deviation."""
    level = median(values)
    return 1.4826 * median([abs(value - level) for value in values])
