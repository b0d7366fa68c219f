"""How commands speak: JSON alone on stdout, words for people, faults and progress on stderr."""

import json
import sys
from datetime import date, datetime
from typing import Annotated, Any

import typer

from store.errors import BearwatchError

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
As = Annotated[str, typer.Option("--as", help="Who acts. The password is BEARWATCH_PASSWORD, or asked for.")]


def as_json(value: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(value, default=_plain, ensure_ascii=False), flush=True)  # noqa: T201


def say(text: str) -> None:
    """A line for people."""
    print(text, flush=True)  # noqa: T201


def aside(text: str) -> None:
    """Progress or a warning, apart from the answer."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def failed(fault: BearwatchError) -> None:
    """What went wrong and how to mend it."""
    aside(f"bearwatch: {fault.title()}\n{fault.detail}" if fault.detail else f"bearwatch: {fault.title()}")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    return str(value)
