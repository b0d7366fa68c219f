"""The sheet: a report as PDF. What people wrote reaches typst as data, never as markup; it can open no file."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from api.papers.body import Body
from api.papers.paper import paper

SHEET = Path(__file__).with_name("sheet.typ").read_bytes()
BEFORE_ANY = datetime(2000, 1, 1, tzinfo=UTC)


def pdf(told: Mapping[str, Any]) -> bytes:
    """The report. The same JSON gives the same bytes: the fonts are typst's own, the date is the report's."""
    at = Body.model_validate(told).as_of or BEFORE_ANY
    return drawn(SHEET, paper(told).model_dump_json(), at)


def drawn(source: bytes, data: str, at: datetime) -> bytes:
    """What typst makes of the source, which sees the data and an empty folder, and no package."""
    with TemporaryDirectory() as empty:
        compiler = typst.Compiler(
            source, root=empty, ignore_system_fonts=True, package_path=empty, package_cache_path=empty,
            sys_inputs={"paper": data},
        )  # fmt: skip
        made = compiler.compile(format="pdf", timestamp=at.replace(microsecond=0))  # typst takes whole seconds
    assert isinstance(made, bytes)
    return made
