"""Timing: when packets that were read together came: evenly since the last one that was waited for. PURE.

A camera's own times are not asked: some tick wrongly, some not at all.
"""

GUESSED_S = 2.0
"""So long after one that was waited for it may be guessed when the next comes: then it is waited for again.

A camera that sends more when something moves, or in bursts, is read that much later at most.
"""


class Timing:
    """One connection. Times are those of our clock, never run backwards, and never ahead of it.

    >>> read = [(10.0, True), (10.5, False), (10.5, False), (10.6, True), (11.2, False), (11.2, True)]
    >>> timing = Timing()
    >>> [round(timing.came(heard_s, waited=waited), 1) for heard_s, waited in read]
    [10.0, 10.0, 10.0, 10.6, 10.8, 11.2]
    """

    def __init__(self) -> None:
        self._anchor_s, self._count, self._every_s, self._last_s = 0.0, 0, 0.0, float("-inf")

    def came(self, heard_s: float, *, waited: bool) -> float:
        """When one came. heard_s: when it was read; waited: it was not there yet when it was asked for."""
        if waited:
            self._every_s = (heard_s - self._anchor_s) / self._count if self._count else 0.0
            self._anchor_s, self._count, self._last_s = heard_s, 0, heard_s
        else:
            self._last_s = max(self._last_s, min(heard_s, self._last_s + self._every_s))
        self._count += 1
        return self._last_s

    def none_waits(self, now_s: float) -> bool:
        """Whether the next one has most likely not come yet, so that asking for it would be waiting.

        >>> timing = Timing()
        >>> for heard_s, waited in [(10.0, True), (10.5, False), (10.6, True), (11.2, False)]:
        ...     _ = timing.came(heard_s, waited=waited)
        >>> timing.none_waits(11.1), timing.none_waits(11.3)
        (True, False)
        """
        next_s = self._last_s + self._every_s
        return bool(self._every_s) and now_s < next_s < self._anchor_s + GUESSED_S
