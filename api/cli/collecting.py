"""`model collect`: pictures into a training folder, from a folder, a CSV or an image search."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.printing import Json, as_json, aside, say

if TYPE_CHECKING:
    from model.collect.adding import Added, Outcome
    from model.collect.downloading import Downloader
    from model.collect.offers import Offer
    from model.collect.search import ImageSearch

SHOWN = 20
"""Lines of one kind that people are shown; --json lists all."""


class Source(StrEnum):
    """Where a search is asked."""

    INATURALIST = "inaturalist"
    OPENVERSE = "openverse"
    KEYED = "keyed"


Out = Annotated[Path, typer.Argument(help="The training folder; made where it is not there.", file_okay=False)]
Near = Annotated[
    int,
    typer.Option(
        min=-1, max=32, help="Bits of 64 by which near duplicates differ at the most; -1: equal bytes only."
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(help="HOST:PORT on a private network that may be asked all the same. Can be said again."),
]
Label = Annotated[str, typer.Option(help="What the pictures show.")]
DISTANCE = 6


def add_to(model: typer.Typer) -> None:
    """Add these commands."""
    collect = typer.Typer(no_args_is_help=True, help="Pictures into a training folder: checked, each kept once.")
    for name, command in (("folder", folder), ("csv", csv_), ("search", search)):
        collect.command(name)(command)
    model.add_typer(collect, name="collect")


def folder(
    source: Annotated[
        Path, typer.Argument(help="LABEL/pictures, or with its own labels.csv.", exists=True, file_okay=False)
    ],
    out: Out,
    label: Annotated[str, typer.Option(help="What all the pictures show, where no folders say it.")] = "",
    licence: Annotated[str, typer.Option(help="Under which licence they are, where it is not said.")] = "",
    camera: Annotated[str, typer.Option(help="The fixed camera that took them, where it is not said.")] = "",
    near: Near = DISTANCE,
    json: Json = False,
) -> None:
    """Copy the pictures of SOURCE into the training folder OUT."""
    from model.collect import folders
    from model.labels import Labelled

    if out.resolve().is_relative_to(source.resolve()):
        raise typer.BadParameter(f"{out} lies in {source}: name another folder", param_hint="OUT")
    rows = folders.found(source, Labelled(file="", label=label, licence=licence, camera=camera))
    _collect(out, folders.offers(source, rows), len(rows), near, json)


def csv_(
    file: Annotated[
        Path, typer.Argument(help="url or file, label; licence, camera, taken_at, ...", exists=True, dir_okay=False)
    ],
    out: Out,
    most: Annotated[int, typer.Option(min=1, help="Take this many lines at the most.")] = 10_000,
    near: Near = DISTANCE,
    allow: Allow = None,
    json: Json = False,
) -> None:
    """Download or copy what FILE lists, one picture a line, into the training folder OUT."""
    from model.collect import lists

    rows = lists.read(file)
    if len(rows) > most:
        aside(f"{file} has {len(rows)} pictures; the first {most} are taken: --most says how many")
    with _downloader(allow) as downloader:
        offers = _downloaded(lists.offers(file, rows[:most]), downloader, out)
        _collect(out, offers, min(len(rows), most), near, json)


def search(
    term: Annotated[str, typer.Argument(help="What to look for; for iNaturalist the name of an animal.")],
    out: Out,
    label: Label,
    source: Annotated[Source, typer.Option(help="iNaturalist and Openverse state licences.")],
    endpoint: Annotated[str, typer.Option(help="Another address of the service; keyed needs one.")] = "",
    count: Annotated[int, typer.Option(min=1, max=5000, help="Take the first so many hits.")] = 100,
    near: Near = DISTANCE,
    allow: Allow = None,
    json: Json = False,
) -> None:
    """Download what an image search finds for TERM into the training folder OUT."""
    from model.collect import search as searching

    if source is Source.KEYED and not endpoint:
        raise typer.BadParameter("the keyed search needs the address of the service", param_hint="--endpoint")
    with _downloader(allow) as downloader:
        found = searching.offers(_search(source, endpoint, downloader), term, label, count)
        _collect(out, _downloaded(found, downloader, out), count, near, json)


def _search(source: Source, endpoint: str, downloader: "Downloader") -> "ImageSearch":
    from api import settings
    from model.collect import inaturalist, keyed, openverse
    from store.errors import SettingMalformed

    ask = downloader.answer
    if source is Source.INATURALIST:
        return inaturalist.INaturalist(ask=ask, endpoint=endpoint or inaturalist.ENDPOINT)
    if source is Source.OPENVERSE:
        return openverse.Openverse(ask=ask, endpoint=endpoint or openverse.ENDPOINT)
    key = settings.read().image_search_key.get_secret_value()
    if not key:
        raise SettingMalformed("BEARWATCH_IMAGE_SEARCH_KEY: the keyed search needs the key of the service: set it")
    return keyed.Keyed(ask=ask, endpoint=endpoint, key=key)


def _downloader(allow: Sequence[str] | None) -> "Downloader":
    from model.collect.downloading import Downloader, Terms

    return Downloader(Terms(allowed=frozenset(allow or ())))


def _downloaded(offers: "Iterable[Offer]", downloader: "Downloader", out: Path) -> "Generator[Offer, None, None]":
    from model import labels
    from model.collect.downloading import downloaded

    known = {row.origin for row in labels.read(out) if (out / row.file).is_file()}
    return downloaded(offers, downloader, known=known)


def _collect(out: Path, offers: "Generator[Offer, None, None]", total: int, near: int, json: bool) -> None:
    """Add the offers, say what became of them, and exit with 1 where one failed."""
    from ingest.decoding import Decoder
    from model.collect.adding import add

    kept = 0

    def counted(outcome: "Outcome") -> None:
        nonlocal kept
        kept += outcome.fate == "added"
        advance()

    try:
        with Decoder() as decoder, closing(offers), _progress(total) as advance:
            added = add(out, offers, decoder, distance=near, each=counted)
    except KeyboardInterrupt:
        aside(f"interrupted: {kept} new pictures are in {out}; the same command goes on from there")
        raise
    if json:
        as_json(_document(added))
    else:
        _tell(added)
    if not added.whole:
        raise typer.Exit(1)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal; silence elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("pictures"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("pictures", total=total)
        yield lambda: bar.advance(task)


def _document(added: "Added") -> dict[str, Any]:
    from model.collect.adding import Fate

    def told(fate: Fate, *names: str) -> list[dict[str, Any]]:
        return [{name: getattr(outcome, name) for name in names} for outcome in added.of(fate)]

    same = ("name", "label", "file")
    return {
        "folder": str(added.folder),
        "offered": len(added.outcomes),
        "added": told(Fate.ADDED, *same),
        "held": len(added.of(Fate.HELD)),
        "duplicates": told(Fate.DUPLICATE, *same),
        "near_duplicates": told(Fate.NEAR, *same, "distance"),
        "conflicts": told(Fate.CONFLICT, *same, "file_label", "distance", "reason"),
        "left_out": told(Fate.LEFT_OUT, "name", "label", "reason"),
        "broken_before": [{"file": file, "reason": reason} for file, reason in added.held_faults],
        "distance": added.distance,
        "labels": dict(added.labels),
        "new_labels": list(added.new_labels),
    }


def _tell(added: "Added") -> None:
    from model.collect.adding import Fate

    new, held = added.of(Fate.ADDED), added.of(Fate.HELD)
    equal, near = added.of(Fate.DUPLICATE), added.of(Fate.NEAR)
    say(f"{len(new)} of {len(added.outcomes)} pictures are new in {added.folder}" if new else "nothing is new")
    for outcomes, words in (
        (held, "were there already"),
        (equal, "came twice"),
        (near, f"look like one that is there (at most {added.distance} of 64 bits apart)"),
    ):
        if outcomes:
            say(f"{len(outcomes)} {words}")
    say("it has " + (", ".join(f"{label} {count}" for label, count in added.labels.items()) or "no pictures"))
    if added.new_labels:
        say(f"new labels: {', '.join(added.new_labels)}")
    if near or any(outcome.distance for outcome in added.of(Fate.CONFLICT)):
        aside("frames of one fixed camera all look alike: name the camera, and only equal bytes count as the same")
    _list(
        f"{outcome.name}: {outcome.label}, but {outcome.file} {_likeness(outcome)} and says {outcome.file_label}: "
        f"{outcome.reason}"
        for outcome in added.of(Fate.CONFLICT)
    )
    _list(f"{outcome.name}: {outcome.reason}" for outcome in added.of(Fate.LEFT_OUT))
    _list(f"{added.folder / file}: {reason}" for file, reason in added.held_faults)


def _likeness(outcome: "Outcome") -> str:
    return f"looks the same ({outcome.distance} bits apart)" if outcome.distance else "is the same picture"


def _list(lines: Iterable[str]) -> None:
    told = list(lines)
    for line in told[:SHOWN]:
        aside(line)
    if len(told) > SHOWN:
        aside(f"and {len(told) - SHOWN} more: --json lists all")
