"""The chart of how sure we are: the e-values over the weeks, and the line at which they are enough. Pure."""

import math
from collections.abc import Sequence

from api.papers import strokes
from api.papers.body import Sure
from api.papers.numbers import e_value
from api.schemas.papers import PictureOut

SURE = 20.0
MOST = math.log(5000)
"""As far as is drawn: what is higher stands at the edge."""

LINES = (
    ("up", "above the reference", strokes.OTHER, "", "p-other"),
    ("down", "below the reference", strokes.MAIN, "", "p-main"),
    ("ge_2", "not doubled", strokes.OTHER, "5 3", "p-other"),
    ("le_half", "not halved", strokes.MAIN, "5 3", "p-main"),
)
"""Name in the report, words, colour, dashes and class of each line; a mark tells those of one colour apart."""


def picture(told: Sequence[Sure], title: str = "How sure are we") -> PictureOut:
    """The e-values over the weeks: 1 says nothing, 20 is enough to act on."""
    most = max(
        (value for week in told for name, *_ in LINES if (value := getattr(week, name)) is not None), default=0
    )
    scale = strokes.Scale(weeks=len(told), low=math.log(0.5), high=min(max(most, math.log(100)), MOST))
    sure = scale.up(math.log(SURE))
    drawn = [
        strokes.band(strokes.TOP, sure, strokes.RIGHT),
        strokes.line(strokes.LEFT, sure, strokes.RIGHT, sure, kind="p-ink", colour=strokes.INK, dash="7 3"),
        strokes.text(strokes.LEFT + 4, sure - 4, "20: sure enough to act on"),
        *_sure_ticks(scale), *(part for line in LINES for part in _curve(scale, told, line)),
        *strokes.names([week.week for week in told], scale.across), *_sure_legend(),
    ]  # fmt: skip
    says = _sure_says(told)
    return PictureOut(title=title, svg=strokes.svg(drawn, f"{title}. {says}"), says=says)


def _sure_ticks(scale: strokes.Scale) -> list[str]:
    values = [10**power for power in range(7) if math.log(10) * power <= scale.high + 1e-9]
    return [
        strokes.text(strokes.LEFT - 7, scale.up(math.log(value)) + 4, _short(value), anchor="end") for value in values
    ]


def _short(value: int) -> str:
    return f"{value}" if value < 1000 else f"{value // 1000}k"


def _curve(scale: strokes.Scale, told: Sequence[Sure], line: tuple[str, str, str, str, str]) -> list[str]:
    name, _, colour, dash, kind = line
    points = [
        (scale.across(number), scale.up(value))
        for number, week in enumerate(told)
        if (value := getattr(week, name)) is not None
    ]
    if not points:
        return []
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return [
        f'<polyline class="{kind}" points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>',
        _sign(name, *points[-1]),
    ]


def _sign(name: str, x: float, y: float) -> str:
    """A mark at a line's end: up, down, square, ring."""
    shapes = {
        "up": f'<path class="p-other p-dot" fill="{strokes.OTHER}" d="M{x - 5:.1f} {y + 4:.1f}h10l-5 -9z"/>',
        "down": f'<path class="p-main p-dot" fill="{strokes.MAIN}" d="M{x - 5:.1f} {y - 4:.1f}h10l-5 9z"/>',
        "ge_2": f'<path class="p-other p-dot" fill="{strokes.OTHER}" d="M{x - 4:.1f} {y - 4:.1f}h8v8h-8z"/>',
        "le_half": f'<circle class="p-main p-dot" fill="{strokes.MAIN}" cx="{x:.1f}" cy="{y:.1f}" r="4.4"/>',
    }
    return shapes[name]


def _sure_legend() -> list[str]:
    places = ((strokes.LEFT, 206), (strokes.LEFT + 178, 206), (strokes.LEFT, 224), (strokes.LEFT + 178, 224))
    return [
        part
        for (name, words, colour, dash, kind), (x, y) in zip(LINES, places, strict=True)
        for part in (
            strokes.line(x, y, x + 22, y, kind=kind, colour=colour, dash=dash, wide=2), _sign(name, x + 22, y),
            strokes.text(x + 32, y + 4, words),
        )
    ]  # fmt: skip


def _sure_says(told: Sequence[Sure]) -> str:
    if not told:
        return "There is no evidence yet."
    words = [f"{says} {e_value(value)}" for name, says, *_ in LINES if (value := getattr(told[-1], name)) is not None]
    return f"At the end of the week, as e-values (1 says nothing, 20 is enough): {', '.join(words) or 'none'}."
