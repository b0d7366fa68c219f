"""`simulate`: how often the verdicts cry wolf, and how soon they find a change, at a park like one's own."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.printing import Json, as_json, say, watched

if TYPE_CHECKING:
    from rollout.simulation import Truth
    from rollout.verdicts import Terms
    from rollout.what_if import Site


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("simulate")(simulate)


def simulate(
    weeks: Annotated[int, typer.Option(min=1, max=1040)] = 52,
    sites: Annotated[int | None, typer.Option(min=1, max=100_000, help="How many (default 20).")] = None,
    rate: Annotated[
        float, typer.Option(min=0, max=10_000, help="Encounters a week on each side if every hour were watched.")
    ] = 2.0,
    ratio: Annotated[
        float, typer.Option(min=0, max=1000, help="What the model's rate is multiplied by from the change on.")
    ] = 1.0,
    change_week: Annotated[int | None, typer.Option(min=1, help="Week of the change (default 1).")] = None,
    start_ratio: Annotated[float, typer.Option(min=0.01, max=100, help="The model's rate through people's.")] = 1.0,
    accept_week: Annotated[
        int | None, typer.Option(min=1, help="Week after which two people accept the ratio as the reference.")
    ] = None,
    overlap: Annotated[float, typer.Option(min=0, max=1, help="Of what people see, the share both see.")] = 0.0,
    watch_hours: Annotated[float, typer.Option(min=0, max=168, help="Blind watch hours a week.")] = 168.0,
    night_share: Annotated[float, typer.Option(min=0, max=1, help="Share of the bears that come at night.")] = 0.5,
    night_watch: Annotated[float, typer.Option(min=0, max=1, help="Share of the watch hours at night.")] = 0.5,
    season: Annotated[float, typer.Option(min=0, max=1, help="Swing of the rate over the year.")] = 0.0,
    dispersion: Annotated[float, typer.Option(min=1, max=50, help="Variance through mean of each side.")] = 1.0,
    clustered: Annotated[bool, typer.Option("--clustered", help="Weigh clustered visits less.")] = False,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    park: Annotated[Path | None, typer.Option(help="A park.toml: its sites, and its least matched hours.")] = None,
    measured: Annotated[
        bool, typer.Option("--measured", help="The sites of the park with their own pace, out of the database.")
    ] = False,
    json: Json = False,
) -> None:
    """Judge simulated sites week by week with the very code of the verdicts, and tell how it does.

    Answers how often a healthy site is alarmed in a year, how many weeks pass until a change shows, how likely a
    wrong "consistent" is, what the plain rule "twice or half" does beside it, and which of more blind hours, a desk
    watch or a night watch would matter most. The same seed gives the same answer.
    """
    names, least = _park(park)
    many = sites or len(names) or 20
    if accept_week is not None and accept_week >= weeks:
        raise typer.BadParameter(f"{accept_week} is not before week {weeks}", param_hint="--accept-week")
    if change_week is not None and change_week > weeks:
        raise typer.BadParameter(f"{change_week} is after the last week {weeks}", param_hint="--change-week")
    if measured and not (names and sites is None and accept_week is None):
        raise typer.BadParameter("give --park, and neither --sites nor --accept-week", param_hint="--measured")
    from dataclasses import asdict

    from rollout import characteristics, what_if
    from rollout.simulation import Truth
    from rollout.verdicts import Terms

    truth = Truth(
        rate=rate, start=start_ratio, ratio=ratio, change_week=change_week or (1 if ratio != 1 else None),
        overlap=overlap, watch_hours=watch_hours, night_share=night_share, night_watch=night_watch, season=season,
        dispersion=dispersion,
    )  # fmt: skip
    terms = Terms(clustered=clustered, min_hours=Terms().min_hours if least is None else least)
    stated = what_if.Site(name="", truth=truth, reference=what_if.accepted(truth, accept_week))
    own = _measured(names, truth) if measured else [replace(stated, name=name) for name in names]
    every = own if measured else [stated] * many
    with watched() as watch:
        runs = characteristics.park(
            [one.truth for one in every], weeks, terms, seed=seed, accept_week=accept_week,
            references=[one.reference for one in every] if measured else None,
            progress=lambda done: watch("simulating", done / many),
        )  # fmt: skip
        rows = [_what_if(one, terms, seed) for one in (own if measured else [stated])]
    told = {
        **characteristics.summary(runs), "next": _next(runs, many), "weeks": weeks, "sites": many, "seed": seed,
        "accept_week": accept_week, "clustered": clustered, "encounters_a_week": truth.pace, "truth": asdict(truth),
        "what_if": None if measured else rows[0],
        "by_site": [
            {"site": one.name, "last": run.last.value, "measured": one.measured, "truth": asdict(one.truth),
             "encounters_a_week": one.truth.pace, "what_if": rows[number] if measured else rows[0]}
            for number, (one, run) in enumerate(zip(own, runs, strict=False))
        ],
    }  # fmt: skip
    if json:
        as_json(told)
        return
    for line in sentences(told):
        say(line)


def _measured(names: Sequence[str], stated: "Truth") -> "list[Site]":
    """Each with its own pace; where nothing was counted yet, as it was stated."""
    from api import settings, wiring
    from rollout import planned
    from rollout.what_if import Site
    from store.session import reading

    now, found = wiring.now(), []
    with wiring.opened(settings.read()) as system, reading(system.engine) as session:
        for name in names:
            truth, reference = planned.measured(session, name, now=now)
            known = truth is not None
            own = stated if truth is None else replace(
                truth, ratio=stated.ratio, change_week=stated.change_week, season=stated.season,
                dispersion=stated.dispersion,
            )  # fmt: skip
            found.append(Site(name=name, truth=own, reference=reference, measured=known))
    return found


def _what_if(site: "Site", terms: "Terms", seed: int) -> list[dict[str, Any]] | None:
    """Null with --clustered: deflated evidence is judged site by site alone."""
    from dataclasses import asdict

    from rollout import what_if

    if terms.clustered:
        return None
    some = what_if.rows(site.truth, replace(terms, reference=site.reference), seed=seed)
    first = what_if.best(some)
    return [asdict(row) | {"best": row is first} for row in some]


def _park(path: Path | None) -> tuple[list[str], float | None]:
    """The sites of a park file and what it asks for in matched hours; nothing without one."""
    if path is None:
        return [], None
    from api import park_file

    plan = park_file.read(path)
    least = plan.exit.get("min_matched_hours")
    return [site.id for site in plan.sites], None if least is None else float(least)


def _next(runs: Sequence[Any], many: int) -> str:
    """At this pace when the evidence suffices."""
    weeks = sorted(one.consistent for one in runs if one.consistent)
    mend = "more blind hours, desk watch over recorded hours, matching both sides, or pooling with a like site"
    if len(weeks) * 2 < many:
        return f"at this pace {len(weeks)} of {many} sites ever reach consistent; sooner with {mend}"
    return f"at this pace half of the sites reach consistent by week {weeks[(many + 1) // 2 - 1]}; sooner with {mend}"


def sentences(told: dict[str, Any]) -> list[str]:
    """The document in words."""
    plain = told["plain_rule"]
    lines = [
        f"{told['sites']} sites for {told['weeks']} weeks, {told['encounters_a_week']:.2f} encounters a week on each "
        f"side in the watched hours, seed {told['seed']}",
        f"alarmed for nothing: {_n(told['false_alarms_per_site_year'])} a site and year (plain rule "
        f"{_n(plain['false_alarms_per_site_year'])})",
    ]
    if told["detected"] is not None:
        lines.append(
            f"the change is found at {told['detected']:.0%} of the sites, in the median after "
            f"{_n(told['median_weeks_to_alarm'])} weeks (plain rule {_n(plain['median_weeks_to_alarm'])}, which "
            "rings anyway)"
        )
        lines.append(
            f'a wrong "consistent" at {told["consistent_wrongly"]:.1%}, wrong evidence for going live at '
            f"{told['widened_wrongly']:.1%} of the sites"
        )
    for one in told["by_site"] if told["what_if"] is None else [{"site": "", "measured": True, **told}]:
        lines += _answers(one)
    return [*lines, f"next: {told['next']}"]


def _answers(one: dict[str, Any]) -> list[str]:
    """What a year is like at a site as it is watched now, and which lever matters most."""
    if one["what_if"] is None:
        return []
    head = f"{one['site']}: " if one["site"] else ""
    stated = "" if one["measured"] else "(nothing was counted there yet: as stated) "
    lines = []
    for row in one["what_if"]:
        told = row["answers"]
        mark = ", which shows a doubling soonest" if row["best"] else ""
        lines.append(
            f"{head}{stated}{row['says']}{mark}: alarmed for nothing "
            f"{told['alarmed_for_nothing_in_100']:.3g} in 100, a doubling shows "
            f"{_within(told['doubling_median'], told['doubling_p90'])}, "
            f'a wrong "consistent" {told["consistent_wrongly_in_100"]:.3g} in 100'
        )
    return lines


def _within(median: int | None, ninety: int | None) -> str:
    if median is None:
        return "not in the year at most sites"
    return f"after {median} weeks (nine in ten " + (f"after {ninety})" if ninety else "not in the year)")


def _n(value: float | None) -> str:
    return "not told" if value is None else f"{value:.3g}"
