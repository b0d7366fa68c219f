"""`model compare`: two versions on the same pictures."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.printing import Json, as_json, aside, say

SHOWN = 20
"""So many of the visits that only one of the two found are named for people; --json names all."""


def add_to(model: typer.Typer) -> None:
    """Add this command."""
    model.command("compare")(compare)


def compare(
    a: str,
    b: str,
    folder: Path,
    bear: Annotated[str, typer.Option(help="The folder's labels that are bears, with commas.")] = "",
    json: Json = False,
) -> None:
    """Measure version B against version A on the same pictures, visit by visit."""
    from api.cli.models import version
    from ingest.decoding import Decoder
    from model.bundle import load
    from model.compare import compare as measure

    bears = tuple(label.strip() for label in bear.split(",") if label.strip())
    (_, path_a), (_, path_b) = version(a), version(b)
    with Decoder() as decoder:
        told = measure(load(path_a), load(path_b), folder, decoder, bears=bears, progress=aside)
    if json:
        as_json(told)
        return
    for line in _sentences(told):
        say(line)


def _sentences(told: dict[str, Any]) -> list[str]:
    a, b = _names(told["a"], told["b"])
    visits = told["visits"]
    lines = [f"{told['pictures']} pictures, {visits['bear']} visits with bears and {visits['other']} without"]
    lines += _measured("bears found", told["recall_bear"], a, b)
    lines += _measured("false bears", told["false_bear"], a, b)
    for name, key in ((a, "only_a"), (b, "only_b")):
        found = told[key]
        lines += [f"only {name} says bear:"] if found else []
        lines += [f"  {visit['visit']}: {visit['files'][0]}" for visit in found[:SHOWN]]
        lines += [f"  and {len(found) - SHOWN} more (--json names all)"] if len(found) > SHOWN else []
    lines += [f"{len(told['errors'])} pictures could not be judged (--json names them)"] if told["errors"] else []
    return [*lines, f"test: {told['methods']['test']}", f"interval: {told['methods']['interval']}"]


def _names(a: dict[str, Any], b: dict[str, Any]) -> tuple[str, str]:
    """What the two are called; with the beginning of their sha256 where both have one name.

    >>> _names({"name": "own", "sha256": "ab" * 32}, {"name": "own", "sha256": "cd" * 32})
    ('own abababababab', 'own cdcdcdcdcdcd')
    """
    if a["name"] != b["name"]:
        return a["name"], b["name"]
    return f"{a['name']} {a['sha256'][:12]}", f"{b['name']} {b['sha256'][:12]}"


def _measured(what: str, of: dict[str, Any], a: str, b: str) -> list[str]:
    if not of["n"]:
        return [f"{what}: there is no visit to tell it by"]
    low, high = of["difference_interval"]
    return [
        f"{what}: {a} {of['a']:.3f}, {b} {of['b']:.3f} of {of['n']} visits; difference {of['difference']:+.3f} "
        f"({low:+.3f} to {high:+.3f}), p {of['p']:.4f}",
        f"  both {of['both']}, only {a} {of['only_a']}, only {b} {of['only_b']}, neither {of['neither']}",
    ]
