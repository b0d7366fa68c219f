"""Stepping: where a site stands on its way to the campers, and what its next step needs. Pure."""

from collections.abc import Sequence
from html import escape

from api.schemas.widening import ItemOut
from api.schemas.words import Audience, Stage

STEPS: Sequence[tuple[Stage, Audience, str]] = (
    (Stage.OFF, Audience.RANGERS, "off"),
    (Stage.SHADOW, Audience.RANGERS, "shadow"),
    (Stage.TRIAL, Audience.RANGERS, "trial"),
    (Stage.LIVE, Audience.RANGERS, "live to rangers"),
    (Stage.LIVE, Audience.CAMPERS, "live to campers"),
)
LISTED = 6
SIGNS = {True: "holds", False: "does not hold", None: "nobody can tell yet"}


def name(stage: Stage | None, audience: Audience | None) -> str:
    """A step as people call it."""
    return next((says for step, whom, says in STEPS if step is stage and (whom is audience or step != "live")), "")


def line(stage: Stage, audience: Audience) -> str:
    """The whole way on one line, with where the site stands."""
    here = name(stage, audience)
    parts = "".join(
        f'<li class="bw-here" aria-current="step">{says}</li>' if says == here else f"<li>{says}</li>"
        for _, _, says in STEPS
    )
    return f'<ol class="bw-steps" aria-label="stands at: {here}">{parts}</ol>'


def checklist(items: Sequence[ItemOut], step: str) -> str:
    """Each item with what it has, what it needs, and by when; a lowered one in red with who lowered it."""
    if not items:
        return ""
    open_ones = sum(item.met is not True for item in items)
    count = f"{open_ones} of {len(items)} items do not hold yet" if open_ones else "everything holds"
    head = f'<p class="bw-line"><b>Exit checklist, to {escape(step)}</b>: {count}</p>'
    rows = "".join(_row(item) for item in items)
    names = "".join(f"<th>{name}</th>" for name in ("What", "Has", "Needs", "At this pace by"))
    table = f'<div class="bw-table bw-exit"><table><thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table></div>'
    return head + table


def sooner(lines: Sequence[str]) -> str:
    """When the evidence suffices, and what would speed it up."""
    head = '<p class="bw-line"><b>When the evidence suffices</b></p>' if lines else ""
    return head + "".join(f'<p class="bw-line">{escape(line)}</p>' for line in lines)


def to_look_at(alerts: Sequence[int]) -> str:
    """Links to the shadow alerts that nobody has looked at."""
    if not alerts:
        return ""
    links = " ".join(f'<a href="/review?alert={alert}" target="_self">Alert {alert}</a>' for alert in alerts[:LISTED])
    more = f" and {len(alerts) - LISTED} more after these" if len(alerts) > LISTED else ""
    return f'<p class="bw-line"><b>To look at first:</b></p><p class="bw-links">{links}{more}</p>'


def _row(item: ItemOut) -> str:
    sign = {True: "&#10003;", False: "&#10007;", None: "?"}[item.met]
    kind = {True: "bw-met", False: "bw-unmet", None: "bw-unknown"}[item.met]
    lowered = f' <span class="bw-override">LOWERED: {escape(item.lowered)}</span>' if item.lowered else ""
    cells = {
        "What": f'<b class="bw-sign" title="{SIGNS[item.met]}">{sign}</b> {escape(item.what)}',
        "Has": escape(item.has), "Needs": escape(item.needs) + lowered, "By": _by(item),
    }  # fmt: skip
    told = "".join(
        f'<td data-name="{head}">{f"<span>{says}</span>" if says else ""}</td>' for head, says in cells.items()
    )
    return f'<tr class="{kind}">{told}</tr>'


def _by(item: ItemOut) -> str:
    """The day; nothing where it holds, or where a pace says nothing."""
    if item.met is not False:
        return ""
    return item.by.isoformat() if item.by else "no date at this pace"
