"""Whether a rule's scope holds one camera at one moment: cameras, days, hours or sun, dates. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import elevation

from rollout.terms import WEEKDAYS, Terms

HORIZON = -0.833
"""Degrees: the sun's middle at sunrise and sunset, as almanacs count it."""

CIVIL = -6.0
"""Degrees: below it one needs a lamp outside; dusk and dawn."""


@dataclass(frozen=True, kw_only=True)
class Inside:
    """The answer, and what it rests on in words."""

    yes: bool
    says: str


def inside(
    terms: Terms, *, camera: str, at: datetime, zone: ZoneInfo, latitude: float, longitude: float,
    approved: Sequence[str] | None = None,
) -> Inside:  # fmt: skip
    """Judge the moment a frame was taken, in site time.

    approved: the cameras there were when the rule was proposed, where it may warn people; None: all that the terms
    name. One that came since warns nobody until a new revision holds it.

    Dates are days of the site, from their midnight to their midnight. Hours over midnight belong to their first
    day: "fri 20:00-06:00" holds Saturday 05:00. With a sun, weekdays are days from midnight to midnight.
    """
    local = at.astimezone(zone)
    sun = sun_height(at, latitude=latitude, longitude=longitude) if terms.sun else 0.0
    against = (
        _camera(terms, camera, approved)
        or _dates(terms, local)
        or _hours(terms, local)
        or _sun(terms, local, height=sun)
    )
    if against:
        return Inside(yes=False, says=against)
    return Inside(yes=True, says=f"inside its scope at {local:%a %H:%M}")


@lru_cache(maxsize=20_000)
def sun_height(at: datetime, *, latitude: float, longitude: float) -> float:
    """How many degrees the sun stands over the horizon; it has an answer in polar day and night too.

    Kept: the weeks of a proposal are asked for again with each of its steps.
    """
    return elevation(Observer(latitude, longitude), at, with_refraction=False)


def within(span: str, local: datetime) -> bool:
    """Whether a local time of day lies in "HH:MM-HH:MM", over midnight allowed; the end is outside.

    >>> within("20:00-06:00", datetime(2026, 11, 23, 5, 59)), within("20:00-06:00", datetime(2026, 11, 23, 6, 0))
    (True, False)
    """
    return _first_day_of(span, local) is not None


def _camera(terms: Terms, camera: str, approved: Sequence[str] | None) -> str | None:
    if terms.cameras and camera not in terms.cameras:
        return f"camera {camera} is not one of {', '.join(terms.cameras)}"
    if approved is not None and camera not in approved:
        return f"camera {camera} is not in the rule that was approved ({', '.join(approved) or 'it holds none'})"
    return None


def _dates(terms: Terms, local: datetime) -> str | None:
    day = local.date()
    if terms.first_day and day < terms.first_day:
        return f"{day} is before its first day {terms.first_day}"
    if terms.last_day and day > terms.last_day:
        return f"{day} is after its last day {terms.last_day}"
    return None


def _hours(terms: Terms, local: datetime) -> str | None:
    days = terms.weekdays or WEEKDAYS
    for span in terms.hours or ("00:00-24:00",):
        first = _first_day_of(span, local)
        if first is not None and WEEKDAYS[first.weekday()] in days:
            return None
    allowed = " ".join(part for part in (", ".join(terms.weekdays), ", ".join(terms.hours)) if part)
    return f"{WEEKDAYS[local.weekday()]} {local:%H:%M} is not in {allowed}"


def _first_day_of(span: str, local: datetime) -> datetime | None:
    """A moment of the day on which the span that holds this moment began, or None where it does not hold it."""
    now, (first, last) = f"{local:%H:%M}", span.split("-")
    if first < last:
        return local if first <= now < last else None
    if now >= first:
        return local
    return local - timedelta(days=1) if now < last else None


def _sun(terms: Terms, local: datetime, *, height: float) -> str | None:
    holds = {
        None: True,
        "day": height >= HORIZON,
        "night": height < HORIZON,
        "dusk-to-dawn": height < CIVIL,
    }
    if holds[terms.sun]:
        return None
    return f"at {local:%H:%M} the sun stands at {height:.0f} degrees, which is not {terms.sun}"
