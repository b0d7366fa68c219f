"""The audit chain as a file: JSON Lines or CSV, written a few entries at a time, and checked without a database."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from store import audit, chain
from store.audit import Wanted
from store.chain import ChainState, Entry, Link
from store.errors import AuditFileMalformed
from store.session import Engine, reading

COLUMNS = tuple(field.name for field in fields(Entry))
ACTIVE = ("=", "+", "-", "@", "\t", "\r", "'")
"""A cell that begins with one of these gets an apostrophe before it, so that no spreadsheet computes it."""


def lines(engine: Engine, wanted: Wanted) -> Iterator[str]:
    """Every entry as a line of JSON, the oldest first."""
    with reading(engine) as session:
        for entry in audit.each(session, wanted=wanted):
            yield json.dumps(_plain(entry), ensure_ascii=False, separators=(",", ":")) + "\n"


def rows(engine: Engine, wanted: Wanted) -> Iterator[str]:
    """The same as CSV with a header; body is JSON."""
    yield _row(COLUMNS)
    with reading(engine) as session:
        for entry in audit.each(session, wanted=wanted):
            told = _plain(entry) | {"body": json.dumps(entry.body, ensure_ascii=False, separators=(",", ":"))}
            yield _row([_quiet(str(told[name])) for name in COLUMNS])


def verify(file: Path, *, part: bool = False) -> ChainState:
    """Check a file that was downloaded: every hash, every link, every number. Raises AuditFileMalformed.

    part: it was filtered, so that entries may lack between others.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            return chain.walk(_entries(file, opened), part=part)
    except OSError as fault:
        raise AuditFileMalformed(f"{file} cannot be read ({fault.strerror}): check the path and its rights") from None
    except UnicodeDecodeError:
        raise AuditFileMalformed(f"{file} is no text in UTF-8: download it again") from None


def _entries(file: Path, opened: Iterable[str]) -> Iterator[Link]:
    read = _csv if file.suffix.lower() == ".csv" else _jsonl
    for number, told in read(file, opened):
        try:
            at = datetime.fromisoformat(told["at"])
            yield Entry(**{**{name: told[name] for name in COLUMNS}, "number": int(told["number"]), "at": at})
        except (KeyError, TypeError, ValueError) as fault:
            raise AuditFileMalformed(
                f"{file}, line {number}: it is no entry of the audit chain ({type(fault).__name__} {fault})"
            ) from None


def _jsonl(file: Path, opened: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(opened, 1):
        if not line.strip():
            continue
        try:
            yield number, dict(json.loads(line))
        except (ValueError, TypeError):
            raise AuditFileMalformed(f"{file}, line {number}: it is no line of JSON") from None


def _csv(file: Path, opened: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """A body may be long. The limit is the whole process's: other tables keep theirs."""
    before = csv.field_size_limit(2**31 - 1)
    try:
        yield from _table(file, opened)
    finally:
        csv.field_size_limit(before)


def _table(file: Path, opened: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    table = csv.DictReader(opened)
    if table.fieldnames is None or set(COLUMNS) - set(table.fieldnames):
        raise AuditFileMalformed(f"{file}: the first line must name the columns {', '.join(COLUMNS)}")
    for row in table:
        told: dict[str, Any] = {name: (row[name] or "").removeprefix("'") for name in COLUMNS}
        try:
            told["body"] = json.loads(told["body"])
        except ValueError:
            raise AuditFileMalformed(f"{file}, line {table.line_num}: its body is no JSON") from None
        yield table.line_num, told


def _plain(entry: Link) -> dict[str, Any]:
    told = {name: getattr(entry, name) for name in COLUMNS}
    return told | {"at": entry.at.astimezone(UTC).isoformat(timespec="microseconds")}


def _quiet(cell: str) -> str:
    return f"'{cell}" if cell.startswith(ACTIVE) else cell


def _row(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
