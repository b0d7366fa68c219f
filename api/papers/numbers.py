"""Numbers as people read them: rounded, and in words where there is none. Pure.

Nothing here ever writes nan, inf or a bare dash: what cannot be known is said.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

NONE = "no evidence"
CANNOT = "cannot be bounded"


def number(told: Any) -> float | None:
    """A finite number, or None."""
    fits = isinstance(told, int | float) and not isinstance(told, bool) and math.isfinite(told)
    return float(told) if fits else None


def figure(told: Any, none: str = NONE) -> str:
    """Two digits that matter, whole from ten on.

    >>> figure(2.345), figure(0.0421), figure(141.6), figure(3.0), figure(None), figure(float("inf"))
    ('2.3', '0.042', '142', '3', 'no evidence', 'no evidence')
    """
    value = number(told)
    if value is None:
        return none
    if abs(value) >= 10 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 1 else f"{float(f'{value:.2g}')}"


def hours(told: Any) -> str:
    """Hours, whole from ten on.

    >>> hours(41.53), hours(7.25), hours(1.0), hours(0), hours(None)
    ('42 hours', '7.2 hours', '1 hour', '0 hours', 'not known')
    """
    value = number(told)
    if value is None:
        return "not known"
    text = f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"
    return f"{text} hour" if text == "1" else f"{text} hours"


def share(told: Any, none: str = NONE) -> str:
    """A share in percent; never 100% or 0% where it is not.

    >>> share(0.754), share(0.9996), share(1.0), share(0.0003), share(None)
    ('75%', 'over 99%', '100%', 'under 1%', 'no evidence')
    """
    value = number(told)
    if value is None:
        return none
    if 0 < value < 0.005:
        return "under 1%"
    if 0.995 <= value < 1:
        return "over 99%"
    return f"{value:.0%}"


def e_value(log: Any) -> str:
    """An e-value by its logarithm, as far as anybody needs it.

    >>> e_value(3.0), e_value(0.0), e_value(40.0), e_value(-9.0), e_value(None)
    ('20', '1', 'over 1000', 'under 0.01', 'no evidence')
    """
    value = number(log)
    if value is None:
        return NONE
    if value > math.log(1000):
        return "over 1000"
    return "under 0.01" if value < math.log(0.01) else figure(math.exp(value))


def interval(told: Any, say: Any = figure) -> str:
    """From where to where. told: [low, high], high None where nothing bounds it. say: how one end is written.

    >>> interval([1.42, 3.9]), interval([0.8, None]), interval([0.0, None]), interval(None)
    ('1.4 to 3.9', 'at least 0.8, no upper limit', 'cannot be bounded', 'cannot be bounded')
    """
    if not isinstance(told, Sequence) or isinstance(told, str) or len(told) != 2:
        return CANNOT
    low, high = number(told[0]), number(told[1])
    if high is None:
        return f"at least {say(low)}, no upper limit" if low else CANNOT
    return f"{say(low or 0.0)} to {say(high)}"


def pieces(count: Any, one: str, more: str | None = None) -> str:
    """A count with its noun.

    >>> pieces(1, "bear"), pieces(3, "bear"), pieces(2, "answer that waits", "answers that wait")
    ('1 bear', '3 bears', '2 answers that wait')
    """
    text = figure(count, "0")
    return f"{text} {one}" if text == "1" else f"{text} {more or one + 's'}"


def minutes(told: Any, none: str = "nothing to measure") -> str:
    """Minutes; seconds below one and a half.

    >>> minutes(0.4), minutes(3.66), minutes(95), minutes(None)
    ('24 seconds', '3.7 minutes', '95 minutes', 'nothing to measure')
    """
    value = number(told)
    if value is None:
        return none
    return f"{value * 60:.0f} seconds" if value < 1.5 else f"{figure(value)} minutes"


def at(told: datetime | str | None, zone: str, none: str = "not known") -> str:
    """A moment in site time, without the year.

    >>> at("2026-11-17T13:05:00Z", "America/Denver")
    'Tue 17 Nov, 06:05'
    """
    moment = datetime.fromisoformat(told) if isinstance(told, str) else told
    return none if moment is None else f"{moment.astimezone(ZoneInfo(zone)):%a %-d %b, %H:%M}"


def days(begins: datetime | None, ends: datetime | None, zone: str) -> str:
    """First and last day of a week that ends as the next begins.

    >>> first, next_first = (datetime.fromisoformat(f"2026-11-{day}T07:00Z") for day in (23, 30))
    >>> days(first, next_first, "America/Denver")
    'Mon 23 Nov to Sun 29 Nov 2026'
    """
    if begins is None or ends is None:
        return ""
    place = ZoneInfo(zone)
    last = (ends - timedelta(seconds=1)).astimezone(place)
    return f"{begins.astimezone(place):%a %-d %b} to {last:%a %-d %b %Y}"


def sentence(text: str) -> str:
    """Begun with a capital and ended with a full stop.

    >>> sentence("both are refuted"), sentence("Look at it."), sentence("")
    ('Both are refuted.', 'Look at it.', '')
    """
    told = text.strip()
    if not told:
        return ""
    return told[0].upper() + told[1:] + ("" if told[-1] in ".!?" else ".")


def words(label: Any) -> str:
    """A stored word as people write it.

    >>> words("model_only")
    'model only'
    """
    return str(label).replace("_", " ")


def listed(counts: Mapping[str, Any], none: str = "none") -> str:
    """Names with their counts, the largest first.

    >>> listed({"warned": 2, "closed": 5, "nothing": 0})
    'closed 5, warned 2'
    """
    kept = [(name, number(count)) for name, count in counts.items()]
    rows = sorted(((name, count) for name, count in kept if count), key=lambda row: (-row[1], row[0]))
    return ", ".join(f"{words(name)} {figure(count)}" for name, count in rows) or none
