"""Labels of footage: what people say is in which part of which file; each fault with its line, column and mend. Pure.

One line a part: `file,start,end,label[,camera,taken_at,distance]`. start and end are seconds of the file (12.5, 1:30,
0:01:30) or times with their offset; empty: from its beginning, to its end. taken_at: when the file begins. What lies
between the parts of a file that is named has no bear in it.
"""

import csv
import io
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import PurePosixPath

from rollout.weeks_table import Fault

NEEDED = ("file", "start", "end", "label")
COLUMNS = (*NEEDED, "camera", "taken_at", "distance")
CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:\.\d+)?)")
COMMON = frozenset({"bear", "empty", "other_animal", "person", "vehicle"})
"""Labels that may be written besides those of the version."""

BEAR = "bear"
EVER = math.inf
ZONE_SLACK_S = 5.0
"""So near to a whole number of half hours two times of one file are those of two zones."""

MOST_ZONE = timedelta(hours=26)
Mark = float | datetime | None


@dataclass(frozen=True, kw_only=True)
class Label:
    """One line. start, end: seconds of the file, a time, or None: from its beginning, to its end."""

    line: int
    file: str
    label: str
    bear: bool
    start: Mark
    end: Mark
    camera: str
    taken_at: datetime | None
    distance: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a file says itself. begins: when it was taken; seconds: its length, 0 for a picture or where unknown."""

    begins: datetime | None
    seconds: float
    clip: bool


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of a file with what is in it, in seconds from its beginning."""

    line: int
    start_s: float
    end_s: float
    label: str
    bear: bool
    distance: str

    def holds(self, at_s: float) -> bool:
        """Whether a moment of the file lies in it."""
        return self.start_s <= at_s <= self.end_s


@dataclass(frozen=True, kw_only=True)
class Footage:
    """One file with its labels. begins: when it was taken, None: nobody says."""

    file: str
    camera: str
    begins: datetime | None
    seconds: float
    clip: bool
    pieces: tuple[Piece, ...]
    line: int = 0


def read(
    data: bytes, *, files: Collection[str], labels: Collection[str], bears: Collection[str]
) -> tuple[list[Label], list[Fault]]:
    """The lines, and every fault that needs no look into the files. labels, bears: what the version knows."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        return [], [Fault(line=line, column="", fault="it is not UTF-8", mend="save it as CSV in UTF-8")]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows += [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))]
    except csv.Error as fault:
        return [], [Fault(line=reader.line_num, column="", fault=f"it is no CSV ({fault})", mend="check the quotes")]
    faults = _header_faults(rows[0] if rows else (1, []))
    if not faults and len(rows) == 1:
        faults = [Fault(line=2, column="", fault="there is no label", mend="give one line for each part of a file")]
    if faults:
        return [], faults
    reading = _Reading(rows[0][1], frozenset(files), frozenset(labels), frozenset(bears))
    found = [reading.label(line, cells) for line, cells in rows[1:]]
    told = [one for one in found if one is not None]
    faults = [*reading.faults, *_contradictions(told)]
    return told, sorted(faults, key=lambda one: one.line)


def settle(labels: Sequence[Label], facts: Mapping[str, Facts]) -> tuple[list[Footage], list[Fault]]:
    """The files with their parts in seconds, and every fault that the files show: overlaps, times that miss them."""
    by_file: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        by_file[label.file].append(label)
    footage, faults = list[Footage](), list[Fault]()
    for file, own in by_file.items():
        known = facts.get(file)
        if known is None:
            continue
        stated = next((label for label in own if label.taken_at is not None), None)
        if stated is not None and stated.taken_at is not None:
            faults += _zones(stated.line, stated.taken_at, known)
        begins = stated.taken_at if stated is not None else known.begins
        pieces = [_piece(label, begins, known, faults) for label in own]
        sound = [piece for piece in pieces if piece is not None]
        faults += _overlaps(sound)
        footage.append(
            Footage(
                file=file, camera=next((label.camera for label in own if label.camera), camera_of(file)),
                begins=begins, seconds=known.seconds, clip=known.clip, pieces=tuple(sound), line=own[0].line,
            )
        )  # fmt: skip
    return footage, sorted(faults, key=lambda one: one.line)


def camera_of(file: str) -> str:
    """The camera of a file whose label names none: the folder that it lies in.

    >>> camera_of("creek/a.mp4"), camera_of("a.mp4")
    ('creek', 'footage')
    """
    return PurePosixPath(file).parent.name or "footage"


def _header_faults(header: tuple[int, list[str]]) -> list[Fault]:
    line, names = header
    if not names:
        return [Fault(line=1, column="", fault="it is empty", mend=f"begin with the line {','.join(NEEDED)}")]
    mend = f"allowed are {', '.join(COLUMNS)}"
    odd = [name for name in names if name not in COLUMNS]
    twice = sorted({name for name in names if names.count(name) > 1})
    return [
        *(Fault(line=line, column=name, fault="unknown column", mend=mend) for name in odd),
        *(
            Fault(line=line, column=name, fault="the column is there twice", mend="keep one of them")
            for name in twice
        ),
        *(
            Fault(line=line, column=name, fault="the column is missing", mend="add it")
            for name in NEEDED
            if name not in names
        ),
    ]


class _Reading:
    """One table as it is read; faults gathers what is wrong."""

    def __init__(
        self, header: Sequence[str], files: frozenset[str], labels: frozenset[str], bears: frozenset[str]
    ) -> None:
        self.header, self.files, self.bears = header, files, bears | {BEAR}
        self.labels = labels | bears | COMMON
        self.faults: list[Fault] = []

    def label(self, line: int, cells: Sequence[str]) -> Label | None:
        """One line; None where it has a fault."""
        before = len(self.faults)
        if len(cells) != len(self.header):
            self._fault(line, "", f"{len(cells)} cells under {len(self.header)} columns", "give one for each column")
            return None
        row = dict(zip(self.header, cells, strict=True))
        file = row["file"].replace("\\", "/").removeprefix("./")
        if not file:
            self._fault(line, "file", "empty", "name a file of the folder")
        elif file not in self.files:
            self._fault(line, "file", f'"{file}" is not in the folder', self._meant(file))
        if row["label"] not in self.labels:
            said = f'"{row["label"]}" is no label' if row["label"] else "empty"
            self._fault(line, "label", said, f"allowed are {', '.join(sorted(self.labels))}")
        distance = row.get("distance", "").lower()
        if distance not in ("", "near", "far"):
            self._fault(line, "distance", f'"{distance}" is no distance', "write near, far or nothing")
        start, end = (self._mark(line, name, row[name]) for name in ("start", "end"))
        if start is not None and end is not None and type(start) is not type(end):
            self._fault(line, "end", "one of start and end is a time, the other is not", "write both in one way")
        elif start is not None and end is not None and start > end:  # type: ignore[operator]
            self._fault(line, "end", f"{row['end']} is before the start {row['start']}", "swap or correct them")
        taken_at = self._time(line, "taken_at", row.get("taken_at", ""))
        if len(self.faults) > before:
            return None
        return Label(
            line=line, file=file, label=row["label"], bear=row["label"] in self.bears, start=start, end=end,
            camera=row.get("camera", ""), taken_at=taken_at, distance=distance,
        )  # fmt: skip

    def _mark(self, line: int, column: str, said: str) -> Mark:
        if not said:
            return None
        if parts := CLOCK.fullmatch(said):
            return 3600.0 * int(parts[1] or 0) + 60.0 * int(parts[2]) + float(parts[3])
        try:
            seconds = float(said)
        except ValueError:
            return self._time(line, column, said)
        if 0 <= seconds < EVER:
            return seconds
        self._fault(line, column, f"{said} is no moment of a file", "write seconds from its beginning, 0 or more")
        return None

    def _time(self, line: int, column: str, said: str) -> datetime | None:
        if not said:
            return None
        try:
            told = datetime.fromisoformat(said)
        except ValueError:
            kinds = "a time like 2026-07-01T22:10:00-06:00" + ("" if column == "taken_at" else ", or seconds")
            self._fault(line, column, f'"{said}" is no time', f"write {kinds}")
            return None
        if told.tzinfo is None:
            self._fault(line, column, f"{said} says no time zone", "add its offset, like -06:00, or Z for UTC")
            return None
        return told

    def _meant(self, file: str) -> str:
        name = PurePosixPath(file).name.lower()
        like = sorted(known for known in self.files if PurePosixPath(known).name.lower() == name)
        return f"did you mean {like[0]}?" if like else "write it as it lies in the folder, or put it there"

    def _fault(self, line: int, column: str, fault: str, mend: str) -> None:
        self.faults.append(Fault(line=line, column=column, fault=fault, mend=mend))


def _contradictions(labels: Iterable[Label]) -> list[Fault]:
    """Lines of one file that name different cameras or times for it."""
    first: dict[tuple[str, str], tuple[int, object]] = {}
    faults = []
    for label in labels:
        for column, said in (("camera", label.camera or None), ("taken_at", label.taken_at)):
            if said is None:
                continue
            line, before = first.setdefault((label.file, column), (label.line, said))
            if before != said:
                fault = f"{said} here, {before} on line {line}, for one file"
                faults.append(Fault(line=label.line, column=column, fault=fault, mend="give one for each file"))
    return faults


def _zones(line: int, stated: datetime, known: Facts) -> list[Fault]:
    """A stated time that is off from the file's own by half hours, to the second: it is that of another zone."""
    if known.begins is None:
        return []
    for own in (known.begins, known.begins - timedelta(seconds=known.seconds)):
        off = shifted(stated - own)
        if off:
            fault = f"{stated.isoformat()} is {off} than the file itself says ({own.isoformat()}): another time zone"
            mend = "write the time with the offset of the place that it was taken at"
            return [Fault(line=line, column="taken_at", fault=fault, mend=mend)]
    return []


def shifted(gap: timedelta) -> str | None:
    """By how much two times of one moment differ, where that looks like two time zones; None where it does not.

    >>> shifted(timedelta(hours=-7, seconds=1)), shifted(timedelta(minutes=12))
    ('7 hours earlier', None)
    """
    halves = round(gap / timedelta(minutes=30))
    rest = abs((gap - halves * timedelta(minutes=30)).total_seconds())
    if halves == 0 or rest > ZONE_SLACK_S or abs(gap) > MOST_ZONE:
        return None
    hours = abs(halves) / 2
    return f"{hours:g} hour{'' if hours == 1 else 's'} {'later' if halves > 0 else 'earlier'}"


def _piece(label: Label, begins: datetime | None, known: Facts, faults: list[Fault]) -> Piece | None:
    before = len(faults)
    start = _seconds(label, "start", label.start, begins, known, faults)
    end = _seconds(label, "end", label.end, begins, known, faults)
    if len(faults) > before:
        return None
    return Piece(
        line=label.line, start_s=0.0 if start is None else start, end_s=EVER if end is None else end,
        label=label.label, bear=label.bear, distance=label.distance,
    )  # fmt: skip


def _seconds(
    label: Label, column: str, mark: Mark, begins: datetime | None, known: Facts, faults: list[Fault]
) -> float | None:
    """A mark as seconds of the file; a fault where it lies outside."""
    fault = mend = ""
    if isinstance(mark, datetime) and begins is None:
        fault, mend = "nothing says when the file begins", "fill taken_at, or write seconds of the file"
    told = (mark - begins).total_seconds() if isinstance(mark, datetime) and begins is not None else mark
    if isinstance(told, float) and (told < -1 or (known.seconds and told > known.seconds + 1)):
        length = f"{known.seconds:.0f} s long" if known.clip else "a picture"
        fault, mend = f"{told:g} s is not in the file, which is {length}", "correct it"
        if isinstance(mark, datetime) and begins is not None:
            fault = f"{mark.isoformat()} is not in the file, which begins at {begins.isoformat()} and is {length}"
            hours = round(told / 1800) / 2
            if hours and -1 <= told - hours * 3600 <= (known.seconds or 0) + 1:
                fault += f"; {hours:+g} hours would be: another time zone"
                mend = "write times with the offset of the place that they were taken at"
    if fault:
        faults.append(Fault(line=label.line, column=column, fault=fault, mend=mend))
        return None
    return told if isinstance(told, float) else None


def _overlaps(pieces: Sequence[Piece]) -> list[Fault]:
    """Parts of one file that share more than an edge."""
    faults = []
    ordered = sorted(pieces, key=lambda piece: (piece.start_s, piece.end_s, piece.line))
    for before, piece in pairwise(ordered):
        same = (piece.start_s, piece.end_s) == (before.start_s, before.end_s)
        if same or piece.start_s < before.end_s:
            until = "the end" if before.end_s == EVER else f"{before.end_s:g} s"
            fault = f"it overlaps line {before.line} ({before.start_s:g} s to {until})"
            late, early = max(piece, before, key=lambda one: one.line), min(piece, before, key=lambda one: one.line)
            other = f"it overlaps line {early.line} of the same file" if late is before else fault
            faults.append(
                Fault(line=late.line, column="start", fault=other, mend="part the two, or keep one of them")
            )
    return faults
