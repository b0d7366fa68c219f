"""A table of the manual watch as people write it: sessions or sightings, told apart by the header. Pure.

UTF-8 or cp1252; commas, semicolons or tabs. Times without an offset are the site's own.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rollout.watch_log import EARLIEST, LIMIT
from store.vocabulary import WatchMode, WatchPlace

SESSIONS = ("site", "start", "end", "observer", "mode", "place")
SIGHTINGS = ("site", "at", "species", "count", "observer", "source", "note")
MAY_BE_EMPTY = ("end", "note")
FORMS = ("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S")
CLOCK = re.compile(r"\d{1,2}:\d{2}")
WHOLE = re.compile(r"(\d{1,2})(?:[.,]0+)?")
LONGEST: Mapping[str, int] = {"observer": 80, "species": 60, "source": 40, "note": 2000}
MOST_BEARS = 20


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong in one place of the table. line counts from 1, the header's."""

    line: int
    column: str
    fault: str


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """One session as written. end None: nobody wrote it down."""

    line: int
    site: str
    start: datetime
    end: datetime | None
    observer: str
    mode: WatchMode
    place: WatchPlace


@dataclass(frozen=True, kw_only=True)
class SightingRow:
    """One sighting as written."""

    line: int
    site: str
    at: datetime
    species: str
    count: int
    observer: str
    source: str
    note: str | None


Row = SessionRow | SightingRow


class Wrong(ValueError):
    """A cell that cannot be read."""


def read(data: bytes, zones: Mapping[str, ZoneInfo], *, now: datetime) -> tuple[list[Row], list[Fault]]:
    """The rows, and every fault; no rows where there is a fault. zones: time zones by site."""
    lines, faults = _lines(_text(data))
    if faults:
        return [], faults
    header = [name.lower() for name in lines[0][1]] if lines else []
    kind = next((one for one in (SESSIONS, SIGHTINGS) if sorted(one) == sorted(header)), None)
    if kind is None:
        known = f"{','.join(SESSIONS)} or {','.join(SIGHTINGS)}"
        return [], [Fault(line=1, column="", fault=f"the header is not known: it is {known}")]
    if len(lines) == 1:
        return [], [Fault(line=2, column="", fault="there is no row below the header")]
    rows: list[Row] = []
    before: dict[tuple[str, ...], int] = {}
    for line, cells in lines[1:]:
        row, found = _row(line, dict(zip(header, cells, strict=False)), len(cells) - len(header), zones, now)
        twice = before.setdefault(tuple(cells), line)
        found += [Fault(line=line, column="", fault=f"the same as line {twice}")] if twice != line else []
        faults += found
        rows += [row] if row else []
    return ([] if faults else rows), faults


def local(told: str, zone: ZoneInfo) -> datetime:
    """A moment in UTC. Raises Wrong, by name for the hour of a clock change.

    >>> local("2026-11-24 20:00", ZoneInfo("America/Denver")).isoformat()
    '2026-11-25T03:00:00+00:00'
    """
    at = _parsed(told)
    if at.tzinfo is not None:
        return at.astimezone(UTC)
    first, second = at.replace(tzinfo=zone), at.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        there = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == at
        what = "comes twice that night" if there else "does not exist: the clocks go forward over it"
        raise Wrong(f'"{told}" {what}; write it with its offset, like {first.isoformat()}')
    return first.astimezone(UTC)


def moment(told: str, zone: ZoneInfo, *, now: datetime) -> datetime:
    """The same for somebody who types it now: "now", and 20:15 is the last time the clock showed that. Raises Wrong.

    >>> moment("20:15", ZoneInfo("UTC"), now=datetime(2026, 11, 24, 3, tzinfo=UTC)).isoformat()
    '2026-11-23T20:15:00+00:00'
    """
    if told.lower() == "now":
        return now
    if not CLOCK.fullmatch(told):
        return local(told, zone)
    today = local(f"{now.astimezone(zone):%Y-%m-%d} {told:0>5}", zone)
    yesterday = now.astimezone(zone) - timedelta(days=1)
    return today if today <= now else local(f"{yesterday:%Y-%m-%d} {told:0>5}", zone)


def _parsed(told: str) -> datetime:
    for form in (datetime.fromisoformat, *(_by(form) for form in FORMS)):
        try:
            at = form(told)
        except ValueError:
            continue
        if ":" not in told and "T" not in told:
            raise Wrong(f'"{told}" has no time of day: write 2026-11-24 20:15')
        if at.year < EARLIEST:
            raise Wrong(f'"{told}" is in the year {at.year}: look at it')
        return at
    raise Wrong(f'"{told}" is no time: write 2026-11-24 20:15')


def _by(form: str) -> Callable[[str], datetime]:
    return lambda told: datetime.strptime(told, form)  # noqa: DTZ007


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what it does not have is named as a fault


def _lines(text: str) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    head = text.splitlines()[0] if text.strip() else ""
    parted = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=parted, strict=True)
    found = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error as fault:
        return [], [Fault(line=reader.line_num, column="", fault=f"it is no CSV ({fault}): check the quotes")]
    return found, []


def _row(
    line: int, cells: Mapping[str, str], more: int, zones: Mapping[str, ZoneInfo], now: datetime
) -> tuple[Row | None, list[Fault]]:
    if more:
        words = f"{abs(more)} cells {'too many' if more > 0 else 'too few'}: put quotes around a text with a comma"
        return None, [Fault(line=line, column="", fault=words)]
    found: list[Fault] = []
    told: dict[str, Any] = {}
    for column, cell in cells.items():
        try:
            told[column] = _cell(column, cell, zones.get(cells["site"]), zones, now)
        except Wrong as fault:
            found.append(Fault(line=line, column=column, fault=str(fault)))
    if not found and "start" in told and told["end"] is not None:
        lasted: timedelta = told["end"] - told["start"]
        if not timedelta() < lasted <= LIMIT:
            words = f"it ends {lasted} after its start: more than 0 and at most {LIMIT} are allowed"
            found.append(Fault(line=line, column="end", fault=words))
    if found:
        return None, found
    return (SessionRow(line=line, **told) if "start" in told else SightingRow(line=line, **told)), []


def _cell(column: str, cell: str, zone: ZoneInfo | None, zones: Mapping[str, ZoneInfo], now: datetime) -> object:
    if not cell:
        if column in MAY_BE_EMPTY:
            return None
        raise Wrong("it is empty")
    if column == "site":
        if zone is None:
            raise Wrong(f'there is no site "{cell}": sites are {", ".join(sorted(zones))}')
        return cell
    if column in ("start", "end", "at"):
        return _moment(cell, zone or ZoneInfo("UTC"), now)
    if column in ("mode", "place"):
        return _word(WatchMode if column == "mode" else WatchPlace, cell)
    if column == "count":
        return _count(cell)
    if "\N{REPLACEMENT CHARACTER}" in cell:
        raise Wrong("it has a letter that is neither UTF-8 nor cp1252: save the file as UTF-8")
    if len(cell) > LONGEST[column]:
        raise Wrong(f"it is longer than {LONGEST[column]} characters")
    return cell


def _moment(cell: str, zone: ZoneInfo, now: datetime) -> datetime:
    at = local(cell, zone)
    if at > now:
        raise Wrong(f'"{cell}" is in the future')
    return at


def _word(words: type[WatchMode] | type[WatchPlace], cell: str) -> WatchMode | WatchPlace:
    try:
        return words(cell.lower())
    except ValueError:
        raise Wrong(f'"{cell}" is none of {", ".join(words)}') from None


def _count(cell: str) -> int:
    found = WHOLE.fullmatch(cell)
    if found is None or not 1 <= int(found[1]) <= MOST_BEARS:
        raise Wrong(f'"{cell}" is no whole number from 1 to {MOST_BEARS}')
    return int(found[1])
