"""The chart of a ratio: each week with its interval against half, once and twice the reference. Pure."""

import math

from api.papers import strokes
from api.papers.body import Ratio, RatioWeek, Reference
from api.papers.numbers import figure, interval, number
from api.schemas.papers import PictureOut

OCTAVES = 3.0
"""How far above and below the reference is drawn, in doublings; what lies further is an arrow."""

EDGE, WINDOW = 316, 338
"""Where the weeks end, and the middle of the window's place beside them."""


def picture(title: str, told: Ratio, reference: Reference, *, window: str) -> PictureOut:
    """Each week's ratio with its interval against the reference, and the window's beside it."""
    middle = math.log(reference.ratio)
    scale = strokes.Scale(
        weeks=len(told.weeks), low=middle - OCTAVES * math.log(2), high=middle + OCTAVES * math.log(2), right=EDGE
    )  # fmt: skip
    drawn = [
        *_band(scale, reference), *_ticks(scale),
        *(part for number, week in enumerate(told.weeks) for part in _week(scale, number, week)),
        *_window(scale, told), *strokes.names([week.week for week in told.weeks], scale.across),
        strokes.text(EDGE + 5, strokes.FOOT, "window"), *_ratio_legend(),
    ]  # fmt: skip
    says = _ratio_says(told, reference, window)
    return PictureOut(title=title, svg=strokes.svg(drawn, f"{title}. {says}"), says=says)


def _ratio_says(told: Ratio, reference: Reference, window: str) -> str:
    if told.ratio is None:
        least = number((told.interval or (None, None))[0])
        now = f"No ratio can be given for the {window}"
        if least:
            now += f", since people saw none; it is {interval(told.interval)} (mid-P 95%, for display)"
    else:
        now = (
            f"Over the {window} the ratio is {figure(told.ratio)} ({interval(told.interval)}, mid-P 95%, for display)"
        )
    half, twice = figure(reference.ratio / 2), figure(reference.ratio * 2)
    return f"{now}; the reference is {figure(reference.ratio)}, half of it {half}, twice {twice}."


def _band(scale: strokes.Scale, reference: Reference) -> list[str]:
    """Between half and twice the reference, with the reference in the middle."""
    twice, half = (scale.up(math.log(reference.ratio * factor)) for factor in (2, 0.5))
    middle = scale.up(math.log(reference.ratio))
    ends = WINDOW + 22
    return [
        strokes.band(twice, half, ends),
        strokes.line(strokes.LEFT, twice, ends, twice, kind="p-quiet", colour=strokes.QUIET, dash="2 3"),
        strokes.line(strokes.LEFT, half, ends, half, kind="p-quiet", colour=strokes.QUIET, dash="2 3"),
        strokes.line(strokes.LEFT, middle, ends, middle, kind="p-ink", colour=strokes.INK, dash="7 3"),
        strokes.text(ends + 3, twice + 4, "twice"), strokes.text(ends + 3, half + 4, "half"),
        strokes.text(ends + 3, middle + 4, "ref."),
    ]  # fmt: skip


def _ticks(scale: strokes.Scale) -> list[str]:
    first, last = math.ceil(scale.low / math.log(2) - 1e-9), math.floor(scale.high / math.log(2) + 1e-9)
    powers = [2.0**power for power in range(first, last + 1)]
    return [
        part
        for value in powers
        for part in (
            strokes.line(strokes.LEFT - 4, scale.up(math.log(value)), strokes.LEFT, scale.up(math.log(value))),
            strokes.text(strokes.LEFT - 7, scale.up(math.log(value)) + 4, _tick(value), anchor="end"),
        )
    ]


def _tick(value: float) -> str:
    return f"{value:g}" if value >= 1 else f"1/{1 / value:g}"


def _week(scale: strokes.Scale, number: int, week: RatioWeek) -> list[str]:
    x = scale.across(number)
    if week.ratio is None and not week.low and week.high is None:
        return [strokes.text(x, strokes.BOTTOM - 3, "·", anchor="middle")]
    return _mark(scale, x, week.ratio, (week.low, week.high), wide=1.6, size=3.4)


def _window(scale: strokes.Scale, told: Ratio) -> list[str]:
    """The window's ratio, larger, apart at the right."""
    apart = strokes.line(EDGE, strokes.TOP, EDGE, strokes.BOTTOM)
    if told.ratio is None and not (told.interval and told.interval[0]):
        return [apart, strokes.text(WINDOW, strokes.TOP + 30, "none", anchor="middle")]
    return [apart, *_mark(scale, WINDOW, told.ratio, told.interval or (None, None), wide=4, size=6.5)]


def _mark(
    scale: strokes.Scale, x: float, value: float | None, limits: tuple[float | None, float | None], *, wide: float,
    size: float,
) -> list[str]:  # fmt: skip
    """A point with its interval; an end that lies outside is an arrow, a ratio of nothing stands at the edge."""
    low, high = (None if end is None else math.log(end) if end > 0 else -math.inf for end in limits)
    bottom = -math.inf if low is None else low
    top = math.inf if high is None else high
    drawn = [strokes.line(x, scale.up(bottom), x, scale.up(top), kind="p-main", colour=strokes.MAIN, wide=wide)]
    if bottom < scale.low:
        drawn.append(strokes.arrow(x, strokes.BOTTOM, size, down=True))
    if top > scale.high:
        drawn.append(strokes.arrow(x, strokes.TOP, size, down=False))
    if value is not None:
        y = scale.up(math.log(value) if value > 0 else -math.inf)
        drawn.append(f'<circle class="p-main p-dot" fill="{strokes.MAIN}" cx="{x:.1f}" cy="{y:.1f}" r="{size}"/>')
    return drawn


def _ratio_legend() -> list[str]:
    return [
        f'<circle class="p-main p-dot" fill="{strokes.MAIN}" cx="{strokes.LEFT + 4}" cy="206" r="3.4"/>',
        strokes.line(strokes.LEFT + 4, 199, strokes.LEFT + 4, 213, kind="p-main", colour=strokes.MAIN, wide=1.6),
        strokes.text(strokes.LEFT + 14, 210, "a week, mid-P 95%"),
        strokes.arrow(strokes.LEFT + 168, 208, 3.4, down=False),
        strokes.text(strokes.LEFT + 178, 210, "goes on beyond"),
        strokes.line(strokes.LEFT - 4, 224, strokes.LEFT + 10, 224, kind="p-ink", colour=strokes.INK, dash="7 3"),
        strokes.text(strokes.LEFT + 14, 228, "ref.: reference"), strokes.text(strokes.LEFT + 165, 228, "·"),
        strokes.text(strokes.LEFT + 178, 228, "no ratio that week"),
    ]  # fmt: skip
