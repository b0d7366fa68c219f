"""Outlines: the masks and zones of a view, drawn over its picture; and the chart on which one is drawn. Pure."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

import altair as alt

from api.schemas.masks import MaskOut
from api.schemas.words import Light, ViewPartKind
from dashboard.ailments import percent
from dashboard.listing import local

DRAWN = "drawn"
"""The name of the chart's selection."""

COLOURS = {ViewPartKind.MASK: "#ffcf70", ViewPartKind.ZONE: "#9bd3ff"}
"""Yellow and blue."""

HEAD = ["What", "When", "Share", "From", "By", "Why", "To"]
LIGHTS = {Light.BOTH: "day and night", Light.DAY: "by day", Light.NIGHT: "by night"}
Sides = tuple[float, float, float, float]
"""Left, top, width and height, in percent of the picture."""


def held(parts: Sequence[MaskOut]) -> list[MaskOut]:
    """Those that hold now."""
    return [part for part in parts if part.ended_at is None]


def what(part: MaskOut) -> str:
    """What it is, as people say it."""
    return "not watched" if part.kind is ViewPartKind.MASK else f"{part.name}"


def named(part: MaskOut) -> str:
    """What it is, when it holds and where it begins, to tell it from the others."""
    light = "" if part.kind is ViewPartKind.ZONE else f", {LIGHTS[part.light]}"
    return f"{what(part)}{light}, from {part.x:.0%} across and {part.y:.0%} down ({part.why})"


def over(parts: Sequence[MaskOut]) -> str:
    """HTML that lies over a picture: what is not watched is hatched, what has a name is framed."""
    drawn = "".join(
        f'<i class="{"bw-hidden" if part.kind is ViewPartKind.MASK else ""}" style="left:{part.x:.2%};'
        f'top:{part.y:.2%};width:{part.w:.2%};height:{part.h:.2%}"><span>{escape(_label(part))}</span></i>'
        for part in parts
    )
    return f'<div class="bw-parts">{drawn}</div>' if parts else ""


def row(part: MaskOut, zone: str, now: datetime) -> list[str]:
    """One row of the history."""
    ended = "holds" if part.ended_at is None else f"{local(part.ended_at, zone, now)}: {part.ended_why}"
    by = part.began_by if part.ended_by in (None, part.began_by) else f"{part.began_by}, ended by {part.ended_by}"
    light = LIGHTS[part.light]
    return [what(part), light, percent(part.w * part.h), local(part.began_at, zone, now), by, part.why, ended]


def sides(selection: Mapping[str, Any]) -> Sides | None:
    """What somebody drew on the chart, to whole percents inside the picture; None: nothing yet.

    >>> sides({"x": [10.2, 30.4], "y": [-2.0, 55.0]})
    (10.0, 0.0, 20.0, 55.0)
    >>> sides({}) is None
    True
    """
    (left, right), (top, bottom) = (_edges(selection.get(name)) for name in ("x", "y"))
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def _edges(told: Any) -> tuple[float, float]:
    """Both ends of one direction, the smaller first; of no length where nothing is drawn."""
    if not isinstance(told, list) or len(told) != 2:
        return 0.0, 0.0
    one, other = (float(min(100, max(0, round(at)))) for at in told)
    return min(one, other), max(one, other)


def chart(picture: bytes, parts: Sequence[MaskOut]) -> alt.LayerChart:
    """The picture with what is there; a rectangle is drawn on it with the mouse or a finger."""
    across = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 100], nice=False, zero=False))
    down = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, 100], nice=False, zero=False, reverse=True))
    source = f"data:image/jpeg;base64,{b64encode(picture).decode()}"
    photo = alt.Chart({"values": [{"x": 50, "y": 50, "url": source}]}).mark_image(
        aspect=False, width=alt.ExprRef("width"), height=alt.ExprRef("height")
    )
    brush = alt.BrushConfig(fill="#fff", fillOpacity=0.2, stroke="#fff", strokeWidth=3)
    selection = alt.selection_interval(name=DRAWN, encodings=["x", "y"], mark=brush)
    drawn: alt.LayerChart = alt.layer(
        photo.encode(x=across, y=down, url="url:N").add_params(selection),
        *(_frames(kept, colour) for kind, colour in COLOURS.items() if (kept := of_kind(parts, kind))),
    ).configure_view(stroke=None)
    return drawn


def of_kind(parts: Sequence[MaskOut], kind: ViewPartKind) -> list[MaskOut]:
    """The masks or the zones alone."""
    return [part for part in parts if part.kind is kind]


def _frames(parts: Sequence[MaskOut], colour: str) -> alt.Chart:
    corners = [
        {"x": part.x * 100, "y": part.y * 100, "x2": (part.x + part.w) * 100, "y2": (part.y + part.h) * 100}
        for part in parts
    ]
    drawn: alt.Chart = (
        alt.Chart({"values": corners})
        .mark_rect(fill=colour, fillOpacity=0.25, stroke=colour, strokeWidth=2)
        .encode(x="x:Q", y="y:Q", x2=alt.X2(field="x2"), y2=alt.Y2(field="y2"))
    )
    return drawn


def _label(part: MaskOut) -> str:
    if part.kind is ViewPartKind.ZONE:
        return part.name or ""
    return "not watched" if part.light is Light.BOTH else f"not watched {LIGHTS[part.light]}"
