"""Reach: whom a request or a warning goes to at one moment of site time. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
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


def wakes_at(one: Timed, local: datetime) -> datetime:
    """When somebody may be told what can wait: now within their hours, else when these begin.

    >>> from types import SimpleNamespace as They
    >>> night = datetime(2026, 11, 24, 3, 0)
    >>> wakes_at(They(hours="08:00-18:00"), night), wakes_at(They(hours="20:00-08:00"), night)
    (datetime.datetime(2026, 11, 24, 8, 0), datetime.datetime(2026, 11, 24, 3, 0))
    """
    if _holds(one, local):
        return local
    begins = local.replace(hour=int(one.hours[:2]), minute=int(one.hours[3:5]), second=0, microsecond=0)
    return begins if begins > local else begins + timedelta(days=1)


def _holds(one: Timed, local: datetime) -> bool:
    return one.hours is None or scopes.within(one.hours, local)
