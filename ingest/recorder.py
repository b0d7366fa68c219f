"""Recorder: which seconds of a stream are evidence. PURE; what it gives is cut from the ring."""

from dataclasses import dataclass

BEFORE_S = 5.0
AFTER_S = 5.0
MOST_S = 30.0
"""A recording is handed over after this, and the next begins: a ranger need not wait for the end of a long visit."""

LEAST_S = 5.0
MOST_BYTES = 16_000_000
"""One that grows larger is handed over earlier, though not before LEAST_S."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """Seconds of a stream, by its child's own clock."""

    begins_s: float
    ends_s: float


class Recorder:
    """One stream's recordings, one after another.

    >>> recorder = Recorder()
    >>> recorder.moved(100.0)
    >>> recorder.due(104.0), recorder.due(105.5)
    (None, Span(begins_s=95.0, ends_s=105.0))
    """

    def __init__(self) -> None:
        self.begins_s: float | None = None
        self._ends_s = 0.0

    def moved(self, at_s: float) -> None:
        """Something moves now: some seconds before and after it are kept."""
        self.begins_s = at_s - BEFORE_S if self.begins_s is None else self.begins_s
        self._ends_s = at_s + AFTER_S

    def due(self, at_s: float, held_bytes: int = 0) -> Span | None:
        """The recording that is complete; of one that grows too large, what there is.

        held_bytes: of the packets since it began.
        """
        if self.begins_s is None:
            return None
        if at_s >= self._ends_s:
            return self.rest(at_s)
        lasts = at_s - self.begins_s
        if lasts < LEAST_S or (lasts < MOST_S and held_bytes < MOST_BYTES):
            return None
        span = Span(begins_s=self.begins_s, ends_s=at_s)
        self.begins_s = at_s
        return span

    def rest(self, at_s: float) -> Span | None:
        """What is still to be handed over when a stream ends."""
        if self.begins_s is None:
            return None
        span = Span(begins_s=self.begins_s, ends_s=min(at_s, self._ends_s))
        self.begins_s = None
        return span
