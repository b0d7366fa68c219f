"""`model threshold`: which threshold the park's own costs ask for."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.printing import Json, as_json, aside, say


def add_to(model: typer.Typer) -> None:
    """Add this command."""
    model.command("threshold")(threshold)


def threshold(
    name: str,
    folder: Path,
    bears_a_day: Annotated[float, typer.Option(min=0, help="Visits of bears a day, before all cameras.")] = 0.2,
    others_a_day: Annotated[float, typer.Option(min=0, help="Visits of anything else a day.")] = 20.0,
    live: Annotated[bool, typer.Option("--live", help="Warnings go out at once, unconfirmed.")] = False,
    json: Json = False,
) -> None:
    """Propose a threshold for version NAME from the park's [objective] and pictures with labels in FOLDER.

    It changes nothing: a rule that names it (`threshold = ...`) must be proposed and approved like any other.
    """
    from api.cli.models import version
    from ingest.decoding import Decoder
    from model import costs, pricing
    from model.bundle import load

    _, path = version(name)
    bundle, told = load(path), _objective()
    objective = costs.Objective(**{key: float(told[key]) for key in KEYS})
    traffic = costs.Traffic(bears_a_day=bears_a_day, others_a_day=others_a_day)
    with Decoder() as decoder:
        found = pricing.propose(bundle, folder, decoder, objective, traffic, confirmed=not live, progress=aside)
    if json:
        as_json({"model": bundle.sha256, "objective_of": told["of"], **asdict(found)})
        return
    best, own = found.proposed, found.own
    say(
        f"costs of {told['of']}: a missed bear {objective.missed_bear:g}, a false warning "
        f"{objective.false_warning:g}, a look at an alert {objective.review:g} minutes"
    )
    say(f"measured on {found.bears} pictures with bears and {found.others} without")
    for says, one in ((f"proposed {best.threshold:.2f}", best), (f"the version's own {own.threshold:.2f}", own)):
        say(
            f"{says}: finds {one.recall:.3f}, {one.false_share:.4f} of others pass, {one.alerts_a_day:.1f} alerts "
            f"and {one.minutes_a_day:.0f} minutes a day"
        )
    if not found.fits:
        say(f"no threshold keeps alerts under the {objective.alerts_a_day:g} a day that the rangers can look at")


KEYS = ("missed_bear", "false_warning", "review", "alerts_a_day")


def _objective() -> Mapping[str, Any]:
    """The park's own costs; the usual ones where no park is described yet."""
    from api import settings, wiring
    from api.park_shapes import Objective
    from store import park
    from store.errors import NotFound
    from store.session import reading

    with wiring.opened(settings.read()) as system, reading(system.engine) as session:
        try:
            own = park.the_park(session)
        except NotFound:
            return {**Objective().model_dump(), "of": "a usual park, since none is described"}
        return {**Objective().model_dump(), **own.objective, "of": own.name}
