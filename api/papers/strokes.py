"""Strokes: what every chart is drawn with, as SVG. Pure.

Each colour is a class with a plain default, so that a style sheet can draw it on dark; no line is told by its colour
alone. Sizes are for a phone's width: 400 units across with words of 12.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDE, HIGH = 400, 236
LEFT, RIGHT, TOP, BOTTOM, FOOT = 38, 392, 14, 172, 188
FONT = "Libertinus Serif"
INK, QUIET, LINE, BAND, MAIN, OTHER = "#1c2421", "#55635d", "#c9d2ce", "#dfeee6", "#1d5fa8", "#b4540a"


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Weeks across, a logarithm upwards. low, high: ends of what is drawn, as logarithms."""

    weeks: int
    low: float
    high: float
    right: float = RIGHT

    def across(self, number: float) -> float:
        """The middle of a week."""
        return LEFT + (number + 0.5) * (self.right - LEFT) / max(self.weeks, 1)

    def up(self, log: float) -> float:
        """A logarithm's height, held inside."""
        part = (min(max(log, self.low), self.high) - self.low) / (self.high - self.low)
        return BOTTOM - part * (BOTTOM - TOP)


def arrow(x: float, y: float, size: float, *, down: bool) -> str:
    """Something goes on beyond the picture."""
    tip = y + size if down else y - size
    return f'<path class="p-main p-dot" fill="{MAIN}" d="M{x - size:.1f} {y:.1f}H{x + size:.1f}L{x:.1f} {tip:.1f}Z"/>'


def names(weeks: Sequence[str], across: Callable[[float], float]) -> list[str]:
    """The foot of the picture: the first, the middle and the last week."""
    foot = [line(LEFT, BOTTOM, across(len(weeks) - 0.5) if weeks else RIGHT, BOTTOM)]
    if not weeks:
        return [*foot, text((LEFT + RIGHT) / 2, FOOT, "no week yet", anchor="middle")]
    last = len(weeks) - 1
    told = [text(across(last + 0.5), FOOT, weeks[last][5:], anchor="end")]
    if last:
        told.append(text(LEFT, FOOT, weeks[0][5:]))
    if last > 6:
        told.append(text(across(last // 2), FOOT, weeks[last // 2][5:], anchor="middle"))
    return [*foot, *told]


def line(
    x: float, y: float, x2: float, y2: float, *, kind: str = "p-line", colour: str = LINE, dash: str = "",
    wide: float = 1,
) -> str:  # fmt: skip
    """A straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line class="{kind}" stroke="{colour}" stroke-width="{wide:g}"{dashed} '
        f'x1="{x:.1f}" y1="{y:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
    )


def text(x: float, y: float, said: str, *, anchor: str = "start") -> str:
    """Words, escaped."""
    return (
        f'<text class="p-text" fill="{QUIET}" font-size="12" x="{x:.1f}" y="{y:.1f}" '
        f'text-anchor="{anchor}">{escape(said)}</text>'
    )


def band(top: float, bottom: float, right: float) -> str:
    """The shaded part of a picture."""
    return (
        f'<rect class="p-band" fill="{BAND}" x="{LEFT}" y="{top:.1f}" width="{right - LEFT}" '
        f'height="{bottom - top:.1f}"/>'
    )


def svg(drawn: Sequence[str], says: str) -> str:
    """The picture. says: the same in words."""
    return (
        f'<svg class="p-chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" role="img" '
        f'font-family="{FONT}" aria-label="{escape(says)}">{"".join(drawn)}</svg>'
    )
