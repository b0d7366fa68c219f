"""A table of weeks as people write it: each fault named with its line, column and mend. Pure.

Weeks are ISO weeks (2026-W47), days a week apart (2026-11-16), or plain numbers; one kind in one table, in order and
without a gap.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rollout.evidence.observers import Pairs
from rollout.evidence.weeks import Week

NEEDED = ("week", "model_visits", "model_hours", "manual_visits", "manual_hours")
MATCHED = ("both", "model_only", "manual_only")
COUNTS = ("model_visits", "manual_visits", *MATCHED)
MOST = 1_000_000
"""A count or a number of hours beyond this is a slip of the pen."""

ISO = re.compile(r"(\d{4})-?W(\d{2})")
PLAIN = re.compile(r"\d{1,6}")
DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+\.\d+")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong in one place of the table, and how to mend it. line counts from 1, the header's."""

    line: int
    column: str
    fault: str
    mend: str

    @property
    def says(self) -> str:
        """In one line."""
        column = f", column {self.column}" if self.column else ""
        return f"line {self.line}{column}: {self.fault}; {self.mend}"


def read(data: bytes) -> tuple[list[Week], list[Fault]]:
    """The weeks, and every fault; no weeks where there is a fault."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        return [], [Fault(line=line, column="", fault="it is not UTF-8", mend="save it as CSV in UTF-8")]
    if "\0" in text:
        return [], [Fault(line=1, column="", fault="it is no plain text", mend="save it as CSV in UTF-8")]
    return _parsed(text)


def _parsed(text: str) -> tuple[list[Week], list[Fault]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error as fault:
        broken = Fault(line=reader.line_num, column="", fault=f"it is no CSV ({fault})", mend="check the quotes")
        return [], [broken]
    faults = _header_faults(rows[0] if rows else (1, []))
    if not faults and len(rows) == 1:
        faults = [Fault(line=2, column="", fault="there is no week", mend="give one line for each week")]
    if faults:
        return [], faults
    header = rows[0][1]
    weeks, numbers = [], []
    for line, cells in rows[1:]:
        week, number, found = _week(line, header, cells)
        faults += found
        weeks += [week] if week else []
        numbers.append((line, cells[header.index("week")] if len(cells) == len(header) else "", number))
    faults += _order_faults(numbers)
    return ([] if faults else weeks), sorted(faults, key=lambda one: one.line)


def _header_faults(header: tuple[int, list[str]]) -> list[Fault]:
    line, names = header
    if not names:
        return [Fault(line=1, column="", fault="it is empty", mend=f"begin with the line {','.join(NEEDED)}")]
    if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
        return [
            Fault(line=line, column="", fault="cells are not parted by commas", mend="save it as CSV with commas")
        ]
    allowed = (*NEEDED, *MATCHED)
    mend = f"allowed are {', '.join(allowed)}"
    faults = [
        Fault(line=line, column=name, fault="unknown column", mend=mend) for name in names if name not in allowed
    ]
    faults += [
        Fault(line=line, column=name, fault="the column is there twice", mend="keep one of them")
        for name in sorted({name for name in names if names.count(name) > 1} & set(allowed))
    ]
    needed = (*NEEDED, *(MATCHED if set(names) & set(MATCHED) else ()))
    return faults + [
        Fault(line=line, column=name, fault="the column is missing", mend="add it")
        for name in needed
        if name not in names
    ]


def _week(line: int, header: Sequence[str], cells: Sequence[str]) -> tuple[Week | None, int | None, list[Fault]]:
    if len(cells) != len(header):
        fault = f"{len(cells)} cells under {len(header)} columns"
        mend = "give one cell for each column, decimals with a point"
        return None, None, [Fault(line=line, column="", fault=fault, mend=mend)]
    row = dict(zip(header, cells, strict=True))
    faults: list[Fault] = []
    number = _number_of(row["week"])
    if number is None:
        mend = "write 2026-W47, 2026-11-16 or a plain number"
        faults.append(Fault(line=line, column="week", fault=f'"{row["week"]}" is no week', mend=mend))
    matched = any(row.get(name) for name in MATCHED)
    wanted = (*NEEDED[1:], *(MATCHED if matched else ()))
    told = {name: _value(line, name, row[name], faults) for name in wanted}
    if not faults:
        faults += _together(line, told, matched)
    return (_made(row["week"], told, matched) if not faults else None), number, faults


def _value(line: int, column: str, said: str, faults: list[Fault]) -> float:
    """The number in a cell; a fault is added where it is none."""
    fault = mend = ""
    try:
        value = float(said.replace("_", "no"))  # Python reads 1_0 as ten, people do not
    except ValueError:
        value = 0.0
        fault = f'"{said}" is no number' if said else "empty"
        mend = "write a number, 0 where there was none"
        if DECIMAL_COMMA.fullmatch(said):
            mend = f"write the decimals with a point: {said.replace(',', '.')}"
        elif GROUPED.fullmatch(said):
            mend = f"leave the thousands unparted: {said.replace(',', '')}"
    if not fault and not -MOST <= value <= MOST:  # nan fails this too
        fault, mend = f'"{said}" is no number that can be', f"write one from 0 to {MOST}"
    elif not fault and value < 0:
        fault, mend = f"{said} is below nought", "write 0 or more"
    elif not fault and column in COUNTS and value != int(value):
        fault, mend = f"{said} is no whole number", "count encounters, not shares of them"
    if fault:
        faults.append(Fault(line=line, column=column, fault=fault, mend=mend))
        return 0.0
    return value


def _together(line: int, told: Mapping[str, float], matched: bool) -> list[Fault]:
    """Faults that no single cell shows."""
    faults = []
    for side in ("model", "manual"):
        if told[f"{side}_visits"] and not told[f"{side}_hours"]:
            fault = f"{told[f'{side}_visits']:g} visits in no hours"
            mend = "give the hours in which they could be seen"
            faults.append(Fault(line=line, column=f"{side}_hours", fault=fault, mend=mend))
        seen = told["both"] + told[f"{side}_only"] if matched else 0
        if seen > told[f"{side}_visits"]:
            fault = f"both and {side}_only are {seen:g}, more than the {told[f'{side}_visits']:g} of {side}_visits"
            column = "both" if told["both"] > told[f"{side}_visits"] else f"{side}_only"
            faults.append(Fault(line=line, column=column, fault=fault, mend="count each encounter once on its side"))
    return faults


def _made(name: str, told: Mapping[str, float], matched: bool) -> Week:
    pairs = None
    if matched:
        both, model_only, manual_only = (int(told[column]) for column in MATCHED)
        pairs = Pairs(both=both, model_only=model_only, manual_only=manual_only)
    return Week(
        name=name, model=int(told["model_visits"]), model_hours=told["model_hours"],
        manual=int(told["manual_visits"]), manual_hours=told["manual_hours"], pairs=pairs,
    )  # fmt: skip


def _number_of(said: str) -> int | None:
    """Days since the year 1 for weeks and days, 7 times itself for a plain number: a week is 7 further on."""
    if PLAIN.fullmatch(said):
        return 7 * int(said)
    try:
        if iso := ISO.fullmatch(said):
            return date.fromisocalendar(int(iso[1]), int(iso[2]), 1).toordinal()
        return date.fromisoformat(said).toordinal()
    except ValueError:
        return None


def _order_faults(numbers: Sequence[tuple[int, str, int | None]]) -> list[Fault]:
    faults: list[Fault] = []
    seen: dict[int, int] = {}
    before: tuple[str, int] | None = None
    for line, said, number in numbers:
        if number is None:
            continue
        fault = mend = ""
        if number in seen:
            fault, mend = f"{said} is on line {seen[number]} already", "keep one line for each week"
        elif before and number < before[1]:
            fault, mend = f"{said} comes after {before[0]}", "sort the weeks, the oldest first"
        elif before and number != before[1] + 7:
            fault = f"between {before[0]} and {said} a week is missing, or they are not a week apart"
            mend = "add each missing week, with 0 hours where nobody watched or the model was not up"
        if fault:
            faults.append(Fault(line=line, column="week", fault=fault, mend=mend))
        seen.setdefault(number, line)
        before = (said, max(number, before[1] if before else number))
    return faults
