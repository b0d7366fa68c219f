"""`model`: list, show, add, train, evaluate."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.printing import Json, as_json, aside, say


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    model = typer.Typer(no_args_is_help=True, help="Model versions: bundles of a network and its manifest.")
    for name, command in (
        ("list", list_), ("show", show), ("add", add), ("evaluate", evaluate), ("train", train),
    ):  # fmt: skip
        model.command(name)(command)
    app.add_typer(model, name="model")


def list_(json: Json = False) -> None:
    """The versions that are known, and where each is at work."""
    found = _known()
    if json:
        as_json({"models": found})
        return
    for row in found:
        at_work = ", ".join(f"{site} {stage}" for site, stage in row["stage_by_site"].items()) or "nowhere"
        say(f"{row['name']:20} {row['sha256'][:12]} {'default ' if row['default'] else ''}at work: {at_work}")


def show(name: str, json: Json = False) -> None:
    """One version: its labels, threshold, metrics and limits, as its manifest states them."""
    from model.bundle import load

    row, path = _version(name)
    manifest = dict(load(path).manifest)
    if json:
        as_json({**row, "manifest": manifest})
        return
    card = path / "CARD.md"
    say(card.read_text(encoding="utf-8") if card.is_file() else f"{row['name']} {row['sha256']}")


def add(bundle: Path, json: Json = False) -> None:
    """Make a bundle known, checked whole. It is at work nowhere until a rule names it."""
    from api import settings, wiring
    from model.bundle import load
    from store import audit
    from store.session import transaction

    checked = load(bundle)
    with wiring.opened(settings.read()) as system, transaction(system.engine) as session:
        row = wiring.register(session, checked, wiring.now())
        audit.append(
            session, at=wiring.now(), who="command line", action="model.added", subject=f"model:{row.sha256[:12]}",
            says=f"{row.name} is known",
        )  # fmt: skip
    told = {"name": checked.name, "sha256": checked.sha256}
    if json:
        as_json(told)
    else:
        say(f"{checked.name} {checked.sha256} is known; propose a rule that names it to put it to work")


def evaluate(name: str, folder: Path, json: Json = False) -> None:
    """Measure a version on pictures with labels: folders of labels, or labels.csv."""
    from ingest.decoding import Decoder
    from model.bundle import load
    from model.evaluate import evaluate as measure

    _, path = _version(name)
    with Decoder() as decoder:
        told = measure(load(path), folder, decoder, progress=aside)
    if json:
        as_json(told)
        return
    say(f"{told['n']} pictures: accuracy {told['accuracy']:.3f}")
    say(f"bears found {told['recall_bear']:.3f} {told['recall_bear_interval']}")
    say(f"false bears {told['false_bear']:.3f} {told['false_bear_interval']}")


def train(
    data: Path,
    weights: Annotated[Path, typer.Option(help="Base weights: mobilenet_v2_recovered.npz or one of its shape.")],
    out: Annotated[Path, typer.Option(help="The new bundle's folder.")],
    name: Annotated[str, typer.Option(help="The bundle's name.")] = "own",
    bear: Annotated[str, typer.Option(help="The labels that are bears, with commas.")] = "grizzly,black",
    epochs: int = 12,
    seed: int = 0,
    json: Json = False,
) -> None:
    """Train on DATA (folders of labels, or labels.csv) and write a bundle. Needs the training extra."""
    from store.errors import TrainingSetMissing

    try:
        from model.train import make_bundle
    except ImportError as fault:
        raise TrainingSetMissing(f"{fault.name} is not installed: pip install 'bearwatch[training]'") from None
    bundle = make_bundle(
        data, weights, out, name=name, bear=tuple(bear.split(",")), epochs=epochs, seed=seed, progress=aside
    )  # fmt: skip
    told = {"name": bundle.name, "sha256": bundle.sha256, "folder": str(out), "metrics": bundle.manifest["metrics"]}
    if json:
        as_json(told)
    else:
        say(f"{bundle.name} {bundle.sha256} in {out}: `bearwatch model add {out}` makes it known")


def _known() -> list[dict[str, Any]]:
    from api import settings, states, wiring
    from store import models
    from store.session import reading

    with wiring.opened(settings.read()) as system:
        default = wiring.register_default(system)
        with reading(system.engine) as session:
            rows = [(states.model(session, row, default=default), row.path) for row in models.versions(session)]
    return [{**shape.model_dump(mode="json"), "path": path} for shape, path in rows]


def _version(name: str) -> tuple[dict[str, Any], Path]:
    """A version by name, sha256, "default", or the folder of a bundle. Raises ModelUnknown."""
    from model.bundle import MANIFEST, load
    from store.errors import ModelUnknown

    if (Path(name) / MANIFEST).is_file():
        bundle = load(Path(name))
        return {"name": bundle.name, "sha256": bundle.sha256}, Path(name)
    found = _known()
    for row in found:
        if name in (row["name"], row["sha256"]) or (name == "default" and row["default"]):
            return row, Path(row["path"])
    raise ModelUnknown(f'no model version "{name}"; known are: {", ".join(row["name"] for row in found)}')
