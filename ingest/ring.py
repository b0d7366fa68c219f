"""Ring: the packets that a stream sent last, from a keyframe on, so that a clip can begin before its reason."""

import threading
from collections import deque
from dataclasses import dataclass

import av

MOST_BYTES = 24_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Received:
    """One packet. number: counts up; at_s: when it came, by this process's own steady clock."""

    number: int
    at_s: float
    packet: "av.Packet[av.VideoStream]"
    size: int
    key: bool


class Ring:
    """Bounded by bytes. One thread adds, another reads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._held: deque[Received] = deque()
        self._lock = threading.Lock()
        self._number = 0
        self.bytes = 0

    def add(self, packet: "av.Packet[av.VideoStream]", at_s: float) -> None:
        """Add one; where there is no room the oldest go."""
        with self._lock:
            self._number += 1
            size = packet.size
            self._held.append(
                Received(number=self._number, at_s=at_s, packet=packet, size=size, key=packet.is_keyframe)
            )
            self.bytes += size
            while self.bytes > self._most:
                self.bytes -= self._held.popleft().size

    @property
    def rate(self) -> float:
        """Bytes a second over what is held."""
        with self._lock:
            lasts = self._held[-1].at_s - self._held[0].at_s if self._held else 0.0
            return self.bytes / max(1.0, lasts)

    def clear(self) -> None:
        """Forget all: what comes next belongs to another connection."""
        with self._lock:
            self._held.clear()
            self.bytes = 0

    def after(self, number: int) -> list[Received]:
        """Those that came after the one of this number, oldest first."""
        with self._lock:
            found: list[Received] = []
            for held in reversed(self._held):
                if held.number <= number:
                    break
                found.append(held)
        return found[::-1]

    def last_key(self) -> Received | None:
        """The newest keyframe."""
        with self._lock:
            return next((held for held in reversed(self._held) if held.key), None)

    def since(self, at_s: float) -> list[Received]:
        """Those from the newest keyframe that came at or before at_s, else from the oldest one."""
        with self._lock:
            held = list(self._held)
        keys = [place for place, one in enumerate(held) if one.key]
        before = [place for place in keys if held[place].at_s <= at_s]
        return held[before[-1] :] if before else held[keys[0] :] if keys else []

    def trim(self, at_s: float) -> None:
        """Let go of what a clip that begins at at_s does not need."""
        with self._lock:
            keys = [held.number for held in self._held if held.key and held.at_s <= at_s]
            while keys and self._held[0].number < keys[-1]:
                self.bytes -= self._held.popleft().size
