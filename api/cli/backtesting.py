"""`backtest`: what a rule would have done, with labelled footage or with what is stored."""

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.printing import Json, as_json, aside, say, watched

if TYPE_CHECKING:
    from rollout.terms import Terms

SHOWN = 10


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("backtest")(backtest)


def backtest(
    footage: Annotated[Path | None, typer.Option(help="A folder of pictures and clips.")] = None,
    labels: Annotated[Path | None, typer.Option(help="CSV: file,start,end,label[,camera,taken_at,distance].")] = None,
    model: Annotated[str | None, typer.Option(help="A version by name or sha256, or a bundle's folder.")] = None,
    stored: Annotated[str | None, typer.Option(help="A site: what is stored of it, instead of footage.")] = None,
    weeks: Annotated[int, typer.Option(min=1, max=520, help="With --stored: so far back.")] = 8,
    rule: Annotated[Path | None, typer.Option(help="rule.toml. None: every bear is an alert.")] = None,
    rest_is_empty: Annotated[
        bool, typer.Option("--rest-is-empty", help="Files that the labels do not name have no bear.")
    ] = False,
    camera_days: Annotated[
        float | None, typer.Option(min=0.001, help="How long cameras watched for this footage. Else its days.")
    ] = None,
    json: Json = False,
) -> None:
    """Say what a rule would have done: bears found and missed, false alarms a camera-day, alerts sent and held.

    The code that decides live decides here. What is wrong with the labels is named before anything is scored.
    """
    from store.errors import RuleMalformed

    terms = _terms(rule)
    if stored is not None:
        if terms is None or footage is not None:
            raise typer.BadParameter("--stored SITE needs --rule FILE, and no --footage", param_hint="--stored")
        if model is not None:
            raise typer.BadParameter("the rule names the version: change `model` there", param_hint="--model")
        told = _stored(stored, weeks, terms)
    else:
        if footage is None or labels is None or model is None:
            raise typer.BadParameter(
                "give --footage DIR, --labels CSV and --model V, or --stored SITE and --rule FILE"
            )
        if terms is not None and terms.canary is not None:
            raise RuleMalformed("canary: footage is tested with one version, that of --model: take the canary out")
        told = _footage(footage, labels, model, terms, rest_is_empty, camera_days, json)
    if json:
        as_json(told)
    else:
        for line in sentences(told):
            say(line)
    if told["errors"]:
        raise typer.Exit(1)


def _stored(site: str, weeks: int, terms: "Terms") -> dict[str, Any]:
    from api import backtesting, settings, wiring

    with wiring.opened(settings.read()) as system, watched() as progress:
        wiring.register_default(system)
        return backtesting.run_stored(system, site, weeks=weeks, terms=terms, now=wiring.now(), progress=progress)


def _footage(
    footage: Path,
    labels: Path,
    model: str,
    terms: "Terms | None",
    rest_is_empty: bool,
    days: float | None,
    json: bool,
) -> dict[str, Any]:
    from dataclasses import asdict

    from api import backtesting, settings, wiring
    from api.cli.models import version
    from model.bundle import load

    bundle = load(version(model)[1])
    asked = backtesting.Asked(folder=footage, labels=labels, terms=terms, rest_is_empty=rest_is_empty, days=days)
    with wiring.opened(settings.read()) as system, watched() as progress:
        try:
            return backtesting.run(system, bundle, asked, progress)
        except backtesting.Faulty as fault:
            if json:
                as_json({"faults": [asdict(one) for one in fault.faults]})
            raise


def _terms(rule: Path | None) -> "Terms | None":
    from rollout.terms import read
    from store.errors import RuleMalformed

    if rule is None:
        return None
    try:
        raw = tomllib.loads(rule.read_text(encoding="utf-8"))
    except OSError as fault:
        raise RuleMalformed(f"{rule} cannot be read ({fault.strerror}): check the path and its rights") from None
    except ValueError as fault:
        raise RuleMalformed(f"{rule}: {fault}") from None
    return read(raw)


def sentences(told: dict[str, Any]) -> list[str]:
    """The document in words."""
    for warning in told["warnings"]:
        aside(f"beware: {warning}")
    would = told["would_have"]
    lines = [
        f"{told['model']['name']} at threshold {told['threshold']:.2f}: {told['frames_scored']} frames scored",
        *_measured("all", told),
        *(line for name, part in told["slices"].items() if _says(part) for line in _measured(name, part)),
        f"would have raised {would['alerts']} alerts: {would['sent']} sent at once, {would['asked']} asked of "
        f"rangers, {would['recorded']} recorded only ({_counts(would['by_reason'])})",
    ]
    lines += _listed("missed", told["misses"], lambda row: f"{row['camera']} {_when(row)}: {row.get('says', '')}")
    lines += _listed(
        "false alarm", told["false"],
        lambda row: f"{row['camera']} {_when(row)}: bear {row['p_bear']:.2f}{_file(row)}",
    )  # fmt: skip
    lines += [f"{error['file']}: {error['detail']}" for error in told["errors"]]
    return lines


def _says(part: dict[str, Any]) -> bool:
    return bool(part["visits"]["bear"] or part["false_alarms"])


def _measured(name: str, told: dict[str, Any]) -> list[str]:
    visits, days = told["visits"], told["camera_days"]
    found = "no bear in it"
    if visits["bear"]:
        low, high = told["recall_interval"]
        found = f"found {visits['found']} of {visits['bear']} bears ({low:.0%} to {high:.0%})"
    rate = told["false_alarms_per_camera_day"]
    a_day = f", {rate:.2f} a camera-day" if rate is not None else ""
    precision = f"; of its alarms {told['precision']:.0%} were bears" if told["precision"] is not None else ""
    return [f"{name}: {found}; {told['false_alarms']} false alarms in {days:g} camera-days{a_day}{precision}"]


def _listed(what: str, rows: list[dict[str, Any]], says: Any) -> list[str]:
    lines = [f"{what}: {says(row)}" for row in rows[:SHOWN]]
    return [*lines, *([f"and {len(rows) - SHOWN} more (--json names all)"] if len(rows) > SHOWN else [])]


def _when(row: dict[str, Any]) -> str:
    at = row.get("at") or row.get("started_at")
    files = row.get("files")
    return files[0]["file"] if files else f"{at:%Y-%m-%d %H:%M}" if at else ""


def _file(row: dict[str, Any]) -> str:
    return f" ({row['file']} at {row['at_s']:g} s)" if "file" in row else f" (frame {row['frame']})"


def _counts(by_reason: dict[str, int]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in by_reason.items()) or "none"
