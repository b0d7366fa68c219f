"""`model convert-fastai`: somebody's own learner as a bundle."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.printing import Json, as_json, aside, say

WARNING = (
    "{file} is a pickle: opening it runs whatever code is in it, with your rights, in a process of its own.\n"
    "Go on only if you, or somebody you trust, made this file."
)


def add_to(model: typer.Typer) -> None:
    """Add this command."""
    model.command("convert-fastai")(convert_fastai)


def convert_fastai(
    export: Annotated[Path, typer.Argument(help="The export.pkl of a fastai classifier of pictures.")],
    out: Annotated[Path, typer.Option(help="The new bundle's folder.")],
    validate: Annotated[
        Path | None, typer.Option(help="Pictures by which learner and bundle are compared; else drawn ones.")
    ] = None,
    bear: Annotated[str, typer.Option(help="The labels that are bears, with commas; else by their names.")] = "",
    name: Annotated[str, typer.Option(help="The bundle's name; else that of its folder.")] = "",
    threshold: Annotated[float | None, typer.Option(min=0, max=1, help="p of a bear that counts; else 0.5.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="I trust whoever made this file.")] = False,
    json: Json = False,
) -> None:
    """Make a bundle of a fastai export.pkl and show that both answer alike. A pickle runs code: trust its maker."""
    from model.convert import convert

    aside(WARNING.format(file=export))
    if not yes:
        if not sys.stdin.isatty():
            raise typer.BadParameter(
                "nobody is there to be asked: say --yes if you trust the file", param_hint="--yes"
            )
        typer.confirm("Open it?", abort=True, err=True)
    bears = tuple(label.strip() for label in bear.split(",") if label.strip())
    told = convert(export, out, name=name, bear=bears, validate=validate, threshold=threshold)
    if json:
        as_json(told)
        return
    for line in _sentences(told):
        say(line)


def _sentences(told: dict[str, Any]) -> list[str]:
    lines = [
        f"{told['name']} {told['sha256']} in {told['bundle']}",
        f"labels {', '.join(told['labels'])}; bears {', '.join(told['bear'])}; threshold {told['threshold']:g}",
        f"compared with the learner on {told['n']} pictures ({told['pictures']}): largest difference of a "
        f"probability {told['max_difference']:.6f} of {told['tolerance']:g} allowed, same label in "
        f"{told['label_agreement']:.1%}",
    ]
    if told["turned"]:
        lines.append(f"{told['turned']} of them lay on their side and were set upright for both")
    if told["left_out"]:
        lines.append(f"could not be opened: {', '.join(told['left_out'][:5])}")
    return [*lines, f"`bearwatch model add {told['bundle']}` makes it known; it begins in shadow"]
