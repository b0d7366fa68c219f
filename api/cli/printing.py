"""How commands speak: JSON alone on stdout, words for people, faults and progress on stderr."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def watched() -> Iterator[Callable[[str, float], None]]:
    """How long work shows: a bar on a terminal, else a line for each thing that is said. On stderr.

    What it gives is told what is being done, and which share of it is. What has a colon is a result and stays.
    """
    if not sys.stderr.isatty():
        said = {""}

        def line(says: str, _: float) -> None:
            if says not in said:
                said.add(says)
                aside(says)

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    parts = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*parts, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        task, reached = bar.add_task("", total=1.0), 0.0

        def show(says: str, share: float) -> None:
            nonlocal reached
            if ":" in says:
                console.print(says, highlight=False)
                return
            if share < reached:
                bar.reset(task)
            reached = share
            bar.update(task, description=says, completed=share)

        yield show


def failed(fault: BearwatchError) -> None:
    """What went wrong and how to mend it."""
    aside(f"bearwatch: {fault.title()}\n{fault.detail}" if fault.detail else f"bearwatch: {fault.title()}")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    return str(value)
