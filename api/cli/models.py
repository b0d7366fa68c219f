"""`model`: list, show, add, train, evaluate, and collect."""

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import challenging, collecting, comparing, converting, evaluating, labelling, thresholds, wrapping
from api.cli.cutting import cut
from api.cli.printing import Json, as_json, aside, say, watched
from model.training.recipe import Arch, RecipeName, Resize

if TYPE_CHECKING:
    from model.bundle import Bundle


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    model = typer.Typer(no_args_is_help=True, help="Model versions: bundles of a network and its manifest.")
    for name, command in (
        ("list", list_), ("show", show), ("add", add), ("evaluate", evaluate), ("train", train), ("cut", cut),
        ("collect-reviewed", labelling.collect_reviewed),
    ):  # fmt: skip
        model.command(name)(command)
    collecting.add_to(model)
    comparing.add_to(model)
    converting.add_to(model)
    wrapping.add_to(model)
    thresholds.add_to(model)
    challenging.add_to(model)
    app.add_typer(model, name="model")


def list_(json: Json = False) -> None:
    """The versions that are known, and where each is at work."""
    found = _known()
    if json:
        as_json({"models": found})
        return
    for row in found:
        places = [f"{site} {stage}" for site, stage in row["stage_by_site"].items()]
        places += [f"{site} canary on {', '.join(cameras)}" for site, cameras in row["canary"].items()]
        places += [f"{site} challenger" for site in row["challenger"]]
        at_work = ", ".join(places) or "nowhere"
        say(f"{row['name']:20} {row['sha256'][:12]} {'default ' if row['default'] else ''}at work: {at_work}")


def show(name: str, json: Json = False) -> None:
    """One version: its labels, threshold, metrics and limits, as its manifest states them."""
    from model.bundle import load

    row, path = version(name)
    manifest = dict(load(path).manifest)
    if json:
        as_json({**row, "manifest": manifest})
        return
    card = path / "CARD.md"
    say(card.read_text(encoding="utf-8") if card.is_file() else f"{row['name']} {row['sha256']}")


def add(bundle: Path, json: Json = False) -> None:
    """Make a bundle known, checked whole. It is at work nowhere until a rule names it."""
    checked = make_known(bundle)
    if json:
        as_json({"name": checked.name, "sha256": checked.sha256})
    else:
        say(f"{checked.name} {checked.sha256} is known; `bearwatch model challenge SITE {checked.name}` tries it")


def make_known(bundle: Path) -> "Bundle":
    """Check a bundle whole and keep it. Raises BundleMalformed, BundleFileChanged."""
    from api import settings, wiring
    from model.bundle import load
    from store import audit
    from store.session import transaction

    checked = load(bundle)
    with wiring.opened(settings.read()) as system, transaction(system.engine) as session:
        _require_own_name(session, checked)
        row = wiring.register(system, session, checked, wiring.now())
        audit.append(
            session, at=wiring.now(), who="command line", action="model.added", subject=f"model:{row.sha256[:12]}",
            says=f"{row.name} is known",
        )  # fmt: skip
    return checked


def evaluate(name: str, folder: Path, json: Json = False) -> None:
    """Measure a version on pictures with labels: folders of labels, or labels.csv."""
    from ingest.decoding import Decoder
    from model.bundle import load
    from model.evaluate import evaluate as measure

    _, path = version(name)
    with Decoder() as decoder:
        told = measure(load(path), folder, decoder, progress=aside)
    if json:
        as_json(told)
        return
    for line in evaluating.sentences(told):
        say(line)


def train(
    data: Path,
    out: Annotated[Path, typer.Option(help="The run's folder; its bundle is in OUT/bundle.")],
    base: Annotated[
        str | None, typer.Option(help="Begin with a bundle: default, the name of a known one, or its folder.")
    ] = None,
    weights: Annotated[Path | None, typer.Option(help="Begin with weights of one's own: .npz or .pth.")] = None,
    download_weights: Annotated[
        bool, typer.Option("--download-weights", help="Begin with torchvision's weights, from the Internet.")
    ] = False,
    from_scratch: Annotated[bool, typer.Option("--from-scratch", help="Begin with random weights.")] = False,
    arch: Annotated[Arch | None, typer.Option(help="The network. Else the base's, or mobilenet_v2.")] = None,
    recipe: Annotated[
        RecipeName | None, typer.Option(help="camera: what fixed cameras do to an animal (default); book: fastai's.")
    ] = None,
    resize: Annotated[Resize | None, typer.Option(help="How a picture becomes a square (default squish).")] = None,
    side: Annotated[int | None, typer.Option(min=32, max=512, help="Of the square, in pixels.")] = None,
    batch: Annotated[int | None, typer.Option(min=2, help="Pictures at a time.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1)] = None,
    seed: Annotated[int | None, typer.Option(min=0)] = None,
    name: Annotated[str | None, typer.Option(help="The bundle's name (default own).")] = None,
    bear: Annotated[
        str | None, typer.Option(help="The labels that are bears, with commas (default grizzly,black).")
    ] = None,
    keeps: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="The share of the weights it began with that stands in the end."),
    ] = None,
    second: Annotated[
        str | None,
        typer.Option(help="Hear the network of this bundle, taught by DATA too, as second look."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the training in OUT, as it was asked for then.")
    ] = False,
    threads: Annotated[int | None, typer.Option(min=1, help="Of the processor (default all).")] = None,
    json: Json = False,
) -> None:
    """Train on DATA (folders of labels, or labels.csv) and write a bundle. Needs the training extra.

    The same command goes on where it was stopped.
    """
    from model.training.order import Asked
    from store.errors import TrainingSetMissing

    asked = Asked(
        base=None if base is None else _folder_of(base), weights=weights, download_weights=download_weights or None,
        from_scratch=from_scratch or None, arch=arch, recipe=recipe, resize=resize, side=side, batch=batch,
        epochs=epochs, seed=seed, name=name, bear=bear, keeps=keeps,
        second=None if second is None else _folder_of(second),
    )  # fmt: skip
    if not resume:
        asked.start()  # said before the seconds that PyTorch takes to load
    try:
        from model.train import make
    except ImportError as fault:
        raise TrainingSetMissing(f"{fault.name} is not installed: pip install 'bearwatch[training]'") from None
    try:
        with redirect_stdout(sys.stderr), watched() as watch:  # what libraries print is no answer
            bundle = make(data, out, asked, resume=resume, threads=threads, watch=watch)
    except KeyboardInterrupt:
        aside(f"stopped: the same command, or `bearwatch model train {data} --out {out} --resume`, goes on")
        raise
    told = {
        "name": bundle.name, "sha256": bundle.sha256, "folder": str(bundle.folder), "run": str(out),
        "metrics": bundle.manifest["metrics"],
    }  # fmt: skip
    if json:
        as_json(told)
    else:
        say(f"{bundle.name} {bundle.sha256}: `bearwatch model add {bundle.folder}` makes it known")


def _folder_of(name: str) -> Path:
    """The folder of a bundle that is named: default without a look at the database."""
    from api import settings

    return settings.read().model if name == "default" else version(name)[1]


def _require_own_name(session: Any, bundle: Any) -> None:
    """Raise BundleMalformed where another version has the bundle's name: a rule could mean either."""
    from store import models
    from store.errors import BundleMalformed

    others = [row for row in models.versions(session) if row.name == bundle.name and row.sha256 != bundle.sha256]
    if others:
        raise BundleMalformed(
            f'the name "{bundle.name}" belongs to version {others[0].sha256[:12]}… already: '
            "give this one another name in its manifest"
        )


def _known() -> list[dict[str, Any]]:
    from api import settings, states, wiring
    from store import models
    from store.session import reading

    with wiring.opened(settings.read()) as system:
        default = wiring.register_default(system)
        with reading(system.engine) as session:
            rows = [(states.model(session, row, default=default), row.path) for row in models.versions(session)]
    return [{**shape.model_dump(mode="json"), "path": path} for shape, path in rows]


def version(name: str) -> tuple[dict[str, Any], Path]:
    """A version by name, sha256, "default", or the folder of a bundle. Raises ModelUnknown."""
    from model.bundle import MANIFEST, load
    from store.errors import ModelUnknown

    if (Path(name) / MANIFEST).is_file():
        bundle = load(Path(name))
        return {"name": bundle.name, "sha256": bundle.sha256}, Path(name)
    found = _known()
    for row in sorted(found, key=lambda row: not row["default"]):
        if name in (row["name"], row["sha256"]) or (name == "default" and row["default"]):
            return row, Path(row["path"])
    raise ModelUnknown(f'no model version "{name}"; known are: {", ".join(row["name"] for row in found)}')
