"""`simulate`: how often the verdicts cry wolf, and how soon they find a change, at a park like one's own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.printing import Json, as_json, say, watched


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
    json: Json = False,
) -> None:
    """Judge simulated sites week by week with the very code of the verdicts, and tell how it does.

    Answers how often a healthy site is alarmed in a year, how many weeks pass until a change shows, how likely a
    wrong "consistent" is, and what the plain rule "twice or half" does beside it. The same seed gives the same
    answer.
    """
    names, least = _park(park)
    many = sites or len(names) or 20
    if accept_week is not None and accept_week >= weeks:
        raise typer.BadParameter(f"{accept_week} is not before week {weeks}", param_hint="--accept-week")
    if change_week is not None and change_week > weeks:
        raise typer.BadParameter(f"{change_week} is after the last week {weeks}", param_hint="--change-week")
    from dataclasses import asdict

    from rollout import characteristics
    from rollout.simulation import Truth
    from rollout.verdicts import Terms

    truth = Truth(
        rate=rate, start=start_ratio, ratio=ratio, change_week=change_week or (1 if ratio != 1 else None),
        overlap=overlap, watch_hours=watch_hours, night_share=night_share, night_watch=night_watch, season=season,
        dispersion=dispersion,
    )  # fmt: skip
    terms = Terms(clustered=clustered, min_hours=Terms().min_hours if least is None else least)
    with watched() as watch:
        runs = characteristics.park(
            [truth] * many, weeks, terms, seed=seed, accept_week=accept_week,
            progress=lambda done: watch("simulating", done / many),
        )  # fmt: skip
    told = {
        **characteristics.summary(runs), "next": _next(runs, many), "weeks": weeks, "sites": many, "seed": seed,
        "accept_week": accept_week, "clustered": clustered, "encounters_a_week": truth.pace, "truth": asdict(truth),
        "by_site": [{"site": name, "last": one.last.value} for name, one in zip(names, runs, strict=False)],
    }  # fmt: skip
    if json:
        as_json(told)
        return
    for line in sentences(told):
        say(line)


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
    return [*lines, f"next: {told['next']}"]


def _n(value: float | None) -> str:
    return "not told" if value is None else f"{value:.3g}"
