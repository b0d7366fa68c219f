"""Notifier: the seam to the outside. What came of a send is a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message to one receiver. id travels with it, so that a receiver can drop a second copy.

    picture: a JPEG that goes with it, as each channel can.
    """

    id: str
    kind: str
    receiver: str
    url: str
    body: Mapping[str, Any]
    picture: bytes | None = None

    def told(self) -> dict[str, Any]:
        """What goes out: the body with the message's own names."""
        return {"id": self.id, "kind": self.kind, "receiver": self.receiver, **self.body}


@dataclass(frozen=True)
class Sent:
    """The receiver has it."""


@dataclass(frozen=True)
class Refused:
    """The receiver will never take it: trying again is of no use."""

    why: str


@dataclass(frozen=True)
class Unreachable:
    """It did not arrive this time."""

    why: str


Result = Sent | Refused | Unreachable


class Notifier(Protocol):
    """One kind of channel."""

    def send(self, message: Outgoing) -> Result:
        """Hand the message over, at least once; never raises for what the outside did."""
        ...
