"""Forecasting: what a rule would have done, in a sentence, bars by day and tables. Pure."""

from collections.abc import Sequence
from html import escape

from api.schemas.widening import WouldHaveOut
from dashboard import drawing

LISTED = 8


def would_have(told: WouldHaveOut) -> str:
    """The answer first, then the days, the people and the newest alerts."""
    if told.alerts_a_day is None:
        return f'<p class="bw-line"><b>What it would have done:</b> {escape(told.says)}.</p>'
    missed = (
        f"{len(told.missed)} of {told.bears} bears that people confirmed in its scope would have been missed"
        if told.bears
        else "people have confirmed no bear in its scope, so none can be missed"
    )
    held = ", ".join(f"{count} by the {drawing.words(name)}" for name, count in told.held.items())
    more = f"; held back: {held}" if held else ""
    kind, sightings = "bw-not-sent" if told.missed else "bw-quiet", told.sightings.capitalize()
    return (
        f'<p class="bw-line"><b>What it would have done:</b> {escape(told.says)}.</p>'
        f"{bars(told.by_day)}"
        f'<p class="bw-line {kind}">{escape(missed + more)}. {escape(sightings)}.</p>'
        f'<p class="bw-line bw-quiet">{told.frames} stored detections from {told.since} to {told.until}, decided '
        "by the same rules as live pictures; what people would have answered is not guessed.</p>"
        f"{_people(told)}{_listed(told)}"
    )


def bars(by_day: Sequence[tuple[str, int]]) -> str:
    """One thin bar a day; the first and the last day and the most are named."""
    most = max((count for _, count in by_day), default=0)
    if not most:
        return ""
    drawn = "".join(
        f'<i style="height:{count / most:.0%}" title="{escape(day)}: {count}"></i>' for day, count in by_day
    )
    first, last = by_day[0][0], by_day[-1][0]
    return (
        f'<div class="bw-days" role="img" aria-label="alerts a day, at most {most}"><div>{drawn}</div>'
        f"<p><span>{escape(first)}</span><span>at most {most} a day</span><span>{escape(last)}</span></p></div>"
    )


def _people(told: WouldHaveOut) -> str:
    rows = [[one.receiver, str(one.times), str(one.woken)] for one in told.receivers]
    return drawing.table(["Who", "Times", "Woken (22 to 6)"], rows) if rows else ""


def _listed(told: WouldHaveOut) -> str:
    rows = [
        [row.at, row.camera, f"{row.p_bear:.2f}", f"{ACTS[row.act]} {', '.join(row.receivers) or 'nobody'}"]
        for row in told.listed[:LISTED]
    ]
    head = f'<p class="bw-line bw-quiet">The newest {len(rows)} of {told.alerts}:</p>' if rows else ""
    return head + (drawing.table(["When", "Camera", "p", "Whom"], rows) if rows else "")


ACTS = {"ask": "asked:", "warn": "warned:"}
