"""The sheet: a report as PDF. What people wrote reaches typst as data, never as markup; it can open no file."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from api.papers import letters
from api.papers.body import Body
from api.papers.paper import paper

SHEET = Path(__file__).with_name("sheet.typ").read_bytes()
BEFORE_ANY = datetime(2000, 1, 1, tzinfo=UTC)


def pdf(told: Mapping[str, Any], fonts: Sequence[Path] | None = None) -> bytes:
    """The report. The same JSON gives the same bytes: the fonts are typst's own, the date is the report's.

    Letters that these lack are drawn by a font of the machine, as `letters` says. fonts: other files than its own.
    """
    at = (Body.model_validate(told).as_of or BEFORE_ANY).replace(microsecond=0)
    told_of = paper(told)
    asked = letters.foreign(told_of.model_dump_json())
    if not asked:
        return drawn(SHEET, told_of.model_dump_json(), at)
    lacking = letters.lacking(asked, letters.at_hand() if fonts is None else fonts)
    if lacking:
        told_of = told_of.model_copy(update={"foot": [letters.NOTE, *told_of.foot]})
    data = letters.numbered(told_of.model_dump_json(), lacking)
    return drawn(SHEET, data, at, others=lacking < asked)


def drawn(source: bytes, data: str, at: datetime, *, others: bool = False) -> bytes:
    """What typst makes of the source, which sees the data and an empty folder, and no package.

    others: fonts of the machine may draw what its own lack.
    """
    with TemporaryDirectory() as empty:
        compiler = typst.Compiler(
            source, root=empty, ignore_system_fonts=not others, package_path=empty, package_cache_path=empty,
            sys_inputs={"paper": data},
        )  # fmt: skip
        made = compiler.compile(format="pdf", timestamp=at.replace(microsecond=0))  # typst takes whole seconds
    assert isinstance(made, bytes)
    return made
