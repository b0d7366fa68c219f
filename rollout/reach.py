"""Reach: whom a request or a warning goes to at one moment of site time. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from rollout import scopes


class Timed(Protocol):
    """Somebody with hours in site time; None: always."""

    @property
    def hours(self) -> Any:
        """A span "HH:MM-HH:MM" or None."""


One = TypeVar("One", bound=Timed)


def on_duty(duties: Sequence[One], local: datetime) -> One | None:
    """The first duty of the file whose hours hold this moment."""
    return next((duty for duty in duties if _holds(duty, local)), None)


def awake(receivers: Sequence[One], local: datetime) -> tuple[Sequence[One], bool]:
    """The receivers in whose hours this moment lies; all of them, and True, where it lies in nobody's."""
    found = [receiver for receiver in receivers if _holds(receiver, local)]
    return found or receivers, not found


def _holds(one: Timed, local: datetime) -> bool:
    return one.hours is None or scopes.within(one.hours, local)
