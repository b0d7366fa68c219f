"""Reporting: what came of a trial, made on the day on which it ended. Pure."""

from collections.abc import Mapping
from html import escape
from typing import Any

from api.schemas.widening import ItemOut, TrialOut
from dashboard import stepping


def report(told: TrialOut) -> str:
    """One trial."""
    body = told.report
    wide = body.get("override")
    override = f'<p class="bw-line"><span class="bw-override">Override: {escape(wide)}</span></p>' if wide else ""
    coverage = "; ".join(
        f"{name}: {part['watched']:g} of {part['scoped']:g} camera hours watched"
        for name, part in body["coverage"].items()
    )
    faults = ", ".join(f"{name.replace('_', ' ')} ({count})" for name, count in body["faults"].items()) or "none"
    lines = (
        _answers(body["answers"]), f"{coverage or 'nothing was in scope'}. Faults: {faults}.",
        f"Together with identical renewals: {_answers(body['renewals'])}", f"Ended: {body['ended']}.",
    )  # fmt: skip
    when = f"{body['since']} to {body['until']}"
    return (
        f'<p class="bw-line"><b>Trial, revision {body["revision"]}, {escape(when)}'
        f"</b>: cameras {escape(', '.join(body['cameras']) or 'none')}, model {escape(body['model_name'])}, "
        f"threshold {body['threshold']:g}</p>{override}"
        + "".join(f'<p class="bw-line">{escape(line)}</p>' for line in lines)
        + stepping.checklist([ItemOut.model_validate(item) for item in body["next"]], "live, as it was that day")
        + f'<p class="bw-line bw-quiet">sha256 {escape(told.sha256)}</p>'
    )


def _answers(told: Mapping[str, Any]) -> str:
    minutes = told["median_minutes_to_verdict"]
    when = "" if minutes is None else f", median {minutes:g} minutes to a verdict"
    late = f", {told['unanswered']} never answered in time" if told["unanswered"] else ""
    share = ""
    if told["precision"] is not None:
        low, high = told["precision_interval"]
        share = f", precision {told['precision']:.2f} ({low:.2f} to {high:.2f})"
    return (
        f"{told['alerts']} visits people were asked about, {told['reviewed']} answered: {told['bears']} bears, "
        f"{told['not_bears']} not, {told['unsure']} unsure{share}{when}{late}."
    )
