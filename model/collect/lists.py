"""Offers out of a CSV: one picture a line, by its address or its file, with its label and what else is known."""

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from model.collect import folders
from model.collect.offers import Offer
from model.labels import COLUMNS, PARTS, Labelled
from store.errors import TrainingDataUnusable

SPELLINGS = {"license": "licence"}
SHAPE = "label and url or file, and may name licence, camera, sequence, taken_at, part, by, note"


def read(listed: Path) -> list[tuple[int, Mapping[str, str]]]:
    """The lines with their numbers, by the names of the first one. Raises TrainingDataUnusable naming the line."""
    try:
        with listed.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, strict=True)
            names = [_name(cell) for cell in next(reader, [])]
            _check(listed, names)
            return [(reader.line_num, _row(names, cells)) for cells in reader if any(cells)]
    except UnicodeDecodeError:
        raise TrainingDataUnusable(f"{listed}: it is not in UTF-8: save it as UTF-8") from None
    except csv.Error as fault:
        raise TrainingDataUnusable(f"{listed} line {reader.line_num}: it cannot be read ({fault})") from None
    except OSError as fault:
        raise TrainingDataUnusable(f"{listed}: it cannot be read ({fault.strerror})") from None


def offers(listed: Path, rows: list[tuple[int, Mapping[str, str]]]) -> Iterator[Offer]:
    """Each line as an offer: files with their bytes, addresses still to be downloaded, faults with their line."""
    for line, told in rows:
        yield _offer(listed, line, told)


def _offer(listed: Path, line: int, told: Mapping[str, str]) -> Offer:
    url, file = told.get("url", ""), told.get("file", "")
    known = {name: told.get(name, "") for name in COLUMNS}
    more = {name: said for name, said in told.items() if name not in (*COLUMNS, "url", TOO_MANY)}
    known |= {"file": url or file, "origin": url or known["origin"] or file}
    facts = Labelled(**known, more=more)
    if fault := _fault(told, url, file):
        return Offer(facts=facts, fault=f"{listed.name} line {line}: {fault}")
    return folders.read(listed.parent / file, facts) if file else Offer(facts=facts)


TOO_MANY = "\0"
"""Stands in a row that has more cells than the first line has names."""


def _fault(told: Mapping[str, str], url: str, file: str) -> str:
    if TOO_MANY in told:
        return "it has more cells than the first line has names: put cells with commas into quotes"
    if not told.get("label"):
        return "it has no label"
    if bool(url) == bool(file):
        return "it names both url and file: keep one" if url else "it names neither url nor file"
    if url and not url.lower().startswith(("http://", "https://")):
        return f'"{url}" does not begin with http:// or https://: correct it, or name a file in the column file'
    if told.get("part", "") not in PARTS:
        return f'part is "{told["part"]}", not train, valid, out or empty'
    return _fault_of_time(told.get("taken_at", ""))


def _fault_of_time(said: str) -> str:
    if said:
        try:
            datetime.fromisoformat(said)
        except ValueError:
            return f'taken_at is "{said}", not a time like 2026-11-24T03:00:00Z'
    return ""


def _name(cell: str) -> str:
    name = cell.strip().lower()
    return SPELLINGS.get(name, name)


def _check(listed: Path, names: list[str]) -> None:
    if "label" not in names or not {"url", "file"} & set(names):
        told = ",".join(names)
        hint = "; separate the names with commas" if ";" in told or "\t" in told else ""
        raise TrainingDataUnusable(f'{listed} line 1: it is "{told}", and must name {SHAPE}{hint}')
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice:
        raise TrainingDataUnusable(f"{listed} line 1: it names {twice} twice")


def _row(names: list[str], cells: list[str]) -> dict[str, str]:
    told = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
    return told | ({TOO_MANY: ""} if len(cells) > len(names) else {})
