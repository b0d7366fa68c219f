"""`evidence plan`: when the evidence for going live suffices at a pace, and what would make it sooner."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.printing import Json, as_json, say

if TYPE_CHECKING:
    from datetime import date

    from rollout.draws import Lot
    from rollout.gates import Needs
    from rollout.levers import Plan
    from rollout.pace import Pace

Hours = Annotated[float, typer.Option(min=0, max=168)]


def plan(
    site: Annotated[
        str | None, typer.Option(help="A site of the database: its own hours, encounters and answers so far.")
    ] = None,
    visits_a_week: Annotated[
        float, typer.Option(min=0, max=10_000, help="Bears a week that people would see if they watched every hour.")
    ] = 5.0,
    watch_hours: Annotated[float, typer.Option(min=0, max=168, help="Blind watch hours a week in the field.")] = 40.0,
    desk_hours: Annotated[
        float, typer.Option(min=0, max=168, help="Site-hours a week that are gone through at a desk.")
    ] = 0.0,
    night_share: Annotated[float, typer.Option(min=0, max=1, help="Share of the bears that come at night.")] = 0.5,
    night_watch: Annotated[float, typer.Option(min=0, max=1, help="Share of the watch hours at night.")] = 0.5,
    overlap: Annotated[
        float, typer.Option(min=0, max=1, help="Of what people see, the share both see; 0: not matched.")
    ] = 0.6,
    ratio: Annotated[float, typer.Option(min=0.01, max=100, help="The model's rate through people's.")] = 1.0,
    precision: Annotated[float, typer.Option(min=0.01, max=1, help="Share of the alerts that are bears.")] = 0.8,
    more_hours: Annotated[
        float, typer.Option(min=0.5, max=168, help="Hours of people a week that a way to speed it up may take.")
    ] = 5.0,
    drawn_hours: Annotated[
        float, typer.Option(min=0, max=24, help="Hours a day of each camera that are drawn for the desk.")
    ] = 2.0,
    cameras: Annotated[int, typer.Option(min=1, max=1000, help="Cameras of the site.")] = 1,
    park: Annotated[Path | None, typer.Option(help="A park.toml: what its [park.exit] asks for.")] = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    json: Json = False,
) -> None:
    """When the evidence for going live suffices at the present pace, and what would speed it up, the best first.

    Without --site from numbers of your own, with nothing counted so far, and without a database. Changes nothing.
    """
    from dataclasses import replace

    from rollout.draws import Lot

    lot = Lot(seed=seed)
    if site is not None:
        _of_site(site, more_hours, lot, json)
        return
    from rollout import levers, pace
    from rollout.simulation import Truth

    truth = Truth(
        rate=visits_a_week, start=ratio, overlap=overlap, watch_hours=watch_hours, night_share=night_share,
        night_watch=night_watch,
    )  # fmt: skip
    if overlap > ratio:
        raise typer.BadParameter(
            f"both cannot see {overlap:g} of what people see where the model sees {ratio:g} of it",
            param_hint="--overlap",
        )
    told = replace(
        pace.of_truth(truth, precision=precision, desk_hours=desk_hours), cameras=cameras, drawn_hours=drawn_hours
    )
    found = levers.plan(told, _needs(park), more=more_hours, lot=lot)
    numbers = {
        "visits a week": visits_a_week, "watch hours": watch_hours, "desk hours": desk_hours,
        "share of bears at night": night_share, "share of watch at night": night_watch, "overlap": overlap,
        "ratio": ratio, "precision": precision,
    }  # fmt: skip
    _tell(found, told, {"site": None, "assumed": numbers, "seed": seed, "also": []}, _today(), json)


def _of_site(site: str, more: float, lot: "Lot", json: bool) -> None:
    from api import settings, wiring
    from rollout import exits, planned
    from store.session import reading

    now = wiring.now()
    with wiring.opened(settings.read()) as system, reading(system.engine) as session:
        drawn = system.settings.timelapse_hours
        found = planned.of_site(session, site, now=now, more=more, lot=lot, drawn_hours=drawn)
    also = [exits.plain_item(item) for item in found.also]
    head = {"site": site, "stage": found.stage.value, "seed": lot.seed, "also": also}
    _tell(found.plan, found.pace, head, found.facts.today, json)


def _needs(park: Path | None) -> "Needs":
    from rollout import gates

    if park is None:
        return gates.Needs()
    from api import park_file

    return gates.needs_of(park_file.read(park).exit, alerts_a_day=gates.Needs().alerts_a_day, by={})


def _today() -> "date":
    from api import wiring

    return wiring.now().date()


def _tell(found: "Plan", told: "Pace", head: dict[str, Any], today: "date", json: bool) -> None:
    from rollout import plan_words

    if json:
        as_json(head | plan_words.plain(found, told, today=today))
        return
    if head.get("assumed"):
        say(f"rests on: {plan_words.assumed(head['assumed'])}")
    for line in plan_words.sentences(found, today=today):
        say(line)
    for item in head["also"]:
        say(f"also open in the exit checklist: {item['what']}: has {item['has']}, needs {item['needs']}")
    if not told.in_field:
        say("hours in the field do not count while a trial or live rule holds: only those at a desk do")
