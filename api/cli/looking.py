"""`classify` and `replay`: one's own pictures and clips, and what the model and the rules make of them."""

import math
from datetime import datetime
from typing import Annotated

import typer

from api.cli.printing import Json, as_json, aside, say, watched


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("classify")(classify)
    app.command("replay")(replay)


def classify(paths: list[str], json: Json = False) -> None:
    """Say what is in each picture or clip. Folders are walked; JSON Lines with --json; exit 1 when one is broken."""
    from api import lanes, settings
    from model.bundle import load

    bad = 0
    with lanes.over(load(settings.read().model)) as made:
        for found in lanes.of_paths(made, paths):
            bad += found.error is not None
            if json:
                as_json(found.model_dump(mode="json", exclude=None if found.kind == "clip" else CLIP_ONLY))
            elif found.error is not None:
                aside(f"{found.file}: {found.error.detail}")
            else:
                say(_sentence(found))
    if bad:
        raise typer.Exit(1)


CLIP_ONLY = {"frames", "frames_scored", "visits"}


def _sentence(found: object) -> str:
    from api.schemas.frames import ClassifiedOut

    assert isinstance(found, ClassifiedOut)
    assert found.probabilities is not None
    sure = found.probabilities[found.label or ""]
    told = f"{found.file}: {found.label} {sure:.4f}, bear {found.p_bear:.4f} (threshold {found.threshold:.2f})"
    told += ", night" if found.night else ", day"
    if found.out_of_domain_p is not None and found.out_of_domain_p <= 0.01:
        told += f", unlike anything it was trained on ({found.out_of_domain_p:.3f})"
    for visit in found.visits or []:
        told += f"\n  {visit.start_s:.1f} to {visit.end_s:.1f} s: {visit.label}"
        told += f", bear {visit.p_bear:.4f}" if visit.bear else ""
    return told


def replay(
    paths: list[str],
    camera: Annotated[str, typer.Option(help="The camera that the footage is taken as.")],
    start: Annotated[
        str | None, typer.Option(help="When it began, ISO 8601 with offset; else its own times.")
    ] = None,
    every: Annotated[float, typer.Option(help="Seconds between pictures that carry no time.")] = 1.0,
    send: Annotated[bool, typer.Option("--send", help="Let requests and warnings leave the machine.")] = False,
    bulk: Annotated[bool, typer.Option("--bulk", help="An SD card: evidence only, never an alert.")] = False,
    json: Json = False,
) -> None:
    """Run footage through the whole pipeline as if it came from a camera; nothing leaves without --send."""
    from api import replaying, settings, wiring

    begun = _start(start)
    if not (math.isfinite(every) and every > 0):
        raise typer.BadParameter(f"{every} is not a number of seconds above 0", param_hint="--every")
    with wiring.opened(settings.read()) as system, watched() as progress:
        told = replaying.run(
            system, paths, camera=camera, start=begun, every_s=every, send=send, bulk=bulk, progress=progress
        )  # fmt: skip
    if json:
        as_json(told)
    else:
        for line in replaying.sentences(told):
            say(line)
    if told["errors"]:
        raise typer.Exit(1)


def _start(start: str | None) -> datetime | None:
    if start is None:
        return None
    try:
        begun = datetime.fromisoformat(start)
    except ValueError:
        raise typer.BadParameter(f'"{start}" is not a time like 2026-11-24T03:00:00Z', param_hint="--start") from None
    if begun.tzinfo is None:
        raise typer.BadParameter(f'"{start}" says no offset: add Z for UTC, or one like -07:00', param_hint="--start")
    return begun
