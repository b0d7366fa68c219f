"""Pulse: how often one stream is looked at: rarely while its packets are still, often while something moves. PURE."""

from ingest.recorder import BEFORE_S
from ingest.stillness import Answer, Stillness

GLANCE_S = 8.0
"""While quiet a keyframe is looked at this often: it shows what packets cannot."""

LONGEST_S = 20.0
"""Where the camera sends no keyframe for so long, all that it sent is decoded once."""

AWAKE_S = 4.0
"""So long after the last sign of motion pictures are still decoded."""

BEHIND_S = 2.0
"""Packets older than this are left out for newer ones."""


class Pulse:
    """One stream. Times are seconds of its child's own clock."""

    before_s = BEFORE_S

    def __init__(self, *, every_s: float) -> None:
        """every_s: seconds between two pictures while something moves."""
        self.looked_at: float | None = None
        self._every_s = every_s
        self._stillness = Stillness(pixels=1)
        self._awake_until = float("-inf")
        self._shed_s, self._shed = 0.0, 0

    def begins(self, *, pixels: int) -> None:
        """A new connection: nothing is known of its packets."""
        self._stillness = Stillness(pixels=pixels)

    def packet(self, at_s: float, size: int, *, key: bool) -> None:
        """Take one packet in."""
        self._stillness.packet(at_s, size, key=key)

    def seen(self, at_s: float, *, moving: bool) -> None:
        """What the gate made of the last picture."""
        self._stillness.seen(at_s, moving=moving)
        if moving:
            self._awake_until = at_s + AWAKE_S

    def sleeps(self, at_s: float) -> bool:
        """Whether keyframes are enough now."""
        if self._stillness.judge(at_s).answer is not Answer.STILL:
            self._awake_until = max(self._awake_until, at_s + AWAKE_S / 2)
        stale = self.looked_at is None or at_s - self.looked_at > LONGEST_S
        return not stale and at_s >= self._awake_until

    def glances(self, at_s: float, key_s: float) -> bool:
        """Whether the keyframe that came at key_s is to be looked at."""
        return self.looked_at is None or (at_s - self.looked_at >= GLANCE_S and key_s > self.looked_at)

    def due(self, at_s: float) -> bool:
        """Whether a picture is due while something moves."""
        return self.looked_at is None or at_s - self.looked_at >= self._every_s - 0.05

    def looked(self, at_s: float) -> None:
        """A picture was decoded and is shown."""
        self.looked_at = at_s

    def is_behind(self, at_s: float, oldest_s: float, key_s: float) -> bool:
        """Whether to go on from a newer keyframe; then the seconds between are counted as shed."""
        behind = at_s - oldest_s > BEHIND_S and key_s > oldest_s
        if behind:
            self._shed_s += key_s - oldest_s
        return behind

    def left_out(self) -> None:
        """Count a picture that was due while the one before it was still in hand."""
        self._shed += 1
        self._shed_s += self._every_s

    def take_shed(self) -> tuple[float, int]:
        """Seconds and pictures shed since the last time."""
        shed = (self._shed_s, self._shed)
        self._shed_s, self._shed = 0.0, 0
        return shed
