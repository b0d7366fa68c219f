"""`evidence`: the statistics on numbers of one's own, and when they suffice."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import planning
from api.cli.printing import Json, as_json, say

if TYPE_CHECKING:
    from rollout.evidence.reference import Reference
    from rollout.weeks_table import Fault


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    evidence = typer.Typer(no_args_is_help=True, help="Model against manual watch: weigh it, and plan it.")
    evidence.callback()(lambda: None)
    evidence.command("weigh")(weigh)
    evidence.command("plan")(planning.plan)
    app.add_typer(evidence, name="evidence")


def weigh(
    file: Annotated[
        Path, typer.Argument(metavar="CSV", help="One line a week; - reads from stdin.", allow_dash=True)
    ],
    reference: Annotated[float, typer.Option(help="The ratio of model to people that was accepted.")] = 1.0,
    reference_interval: Annotated[
        str | None, typer.Option(metavar="LO,HI", help="Its 90% interval; without it the ratio alone.")
    ] = None,
    scoped_hours: Annotated[
        float | None, typer.Option(min=0, help="Hours a week in which the model should be up.")
    ] = None,
    min_hours: Annotated[float, typer.Option(min=0, help="Matched hours that the window needs.")] = 40.0,
    clustered: Annotated[
        bool, typer.Option("--clustered", help="Visits come in clusters: weigh them less. Decide before you look.")
    ] = False,
    json: Json = False,
) -> None:
    """Weigh model against manual watch, week by week: verdict, ratio, evidence, and what would change it.

    Columns: week, model_visits, model_hours, manual_visits, manual_hours, and for matched encounters both,
    model_only, manual_only. Changes nothing and needs no database.
    """
    accepted = _reference(reference, reference_interval)
    data = _bytes(file)
    from rollout import weeks_table, weighing
    from rollout.verdicts import Terms

    weeks, faults = weeks_table.read(data)
    if faults:
        _refuse(file, faults, json)
    told = weighing.weighed(
        weeks, Terms(reference=accepted, scoped_hours=scoped_hours, min_hours=min_hours, clustered=clustered)
    )
    if json:
        as_json(told)
        return
    for line in sentences(told):
        say(line)


def _reference(ratio: float, interval: str | None) -> "Reference":
    """Raises BadParameter, which is wrong use."""
    from rollout.evidence.reference import Reference

    if not 0 < ratio < 1e6:
        raise typer.BadParameter(f"{ratio} is no ratio: give a number above 0", param_hint="--reference")
    try:
        low, high = (float(part) for part in interval.split(",")) if interval else (ratio, ratio)
    except ValueError:
        raise typer.BadParameter(
            f'"{interval}" is no interval: give two numbers like 1.4,3.1', param_hint="--reference-interval"
        ) from None
    if not 0 < low <= ratio <= high < 1e6:
        raise typer.BadParameter(
            f"{low:g} to {high:g} does not hold the reference {ratio:g}", param_hint="--reference-interval"
        )
    return Reference(ratio=ratio, low=low, high=high)


def _bytes(file: Path) -> bytes:
    import sys

    from store.errors import WeeksMalformed

    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as fault:
        raise WeeksMalformed(f"{file} cannot be read ({fault.strerror}): check the path and its rights") from None


def _refuse(file: Path, faults: "Sequence[Fault]", json: bool) -> None:
    from dataclasses import asdict

    from store.errors import WeeksMalformed

    if json:
        as_json({"verdict": None, "faults": [asdict(fault) for fault in faults]})
    raise WeeksMalformed("\n".join(f"{file} {fault.says}" for fault in faults))


def sentences(told: dict[str, Any]) -> list[str]:
    """The document in words."""
    window, bar = told["window"], told["alarm"]["bar"]
    evidence = told["paired"]["log_e"] if told["form"] == "paired" else told["log_e"]  # the one that decides
    last = "last week" if window["weeks"] == 1 else f"last {window['weeks']} weeks"
    lines = [
        f"{told['verdict'].replace('_', ' ')}: {told['reason']}",
        f"{last}: model {window['model']} in {window['model_hours']:g} h, people "
        f"{window['manual']} in {window['manual_hours']:g} h",
        f"ratio {_number(told['ratio'])}, exact 95% {_span(told['interval'])} (decides), mid-P "
        f"{_span(told['interval_mid_p'])} (display); reference {told['reference']['ratio']:g}",
        f"evidence against a doubling {evidence['H0_theta_ge_2']:+.2f}, against a halving "
        f"{evidence['H0_theta_le_half']:+.2f}; for a rise {told['alarm']['H0_theta_le_high']:+.2f}, for a fall "
        f"{told['alarm']['H0_theta_ge_low']:+.2f} ({bar:.2f} decides; {told['form']})",
    ]
    if told["double_observer"]:
        lines += _observed(told["double_observer"])
    return [*lines, *told["warnings"], f"next: {told['next']}"]


def _observed(told: dict[str, Any]) -> list[str]:
    total = told["says"] or f"encounters in all {told['total']:.1f} {_span(told['interval'])}"
    rows = "; ".join(
        f"x{row['phi']:g}: {row['recall_model']:.2f} of {row['total']:.0f}" for row in told["dependence"]
    )
    return [
        f"of what people saw the model found {_number(told['recall_model'])} {_span(told['recall_model_interval'])}, "
        "of what the model saw people found "
        f"{_number(told['recall_manual'])} {_span(told['recall_manual_interval'])}",
        total, *([f"recall of the model if both tend to see the same bears: {rows}"] if rows else []),
    ]  # fmt: skip


def _number(value: Any) -> str:
    if value == "inf":
        return "without limit"
    return "cannot be told" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)


def _span(interval: Sequence[Any]) -> str:
    low, high = interval
    return f"({_number(low)} to {'no limit' if high == 'inf' else _number(high)})"
