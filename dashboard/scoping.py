"""Scoping: a rule's scope as a week of hours and as a sketch of where its cameras stand. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, hypot, radians

from api.schemas.park import CameraOut, SiteOut
from api.schemas.widening import CellOut, WeekOut

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
METRES_A_DEGREE = 111_320.0
SCALES = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Something on the sketch. x, y: metres east and south of the site; held: in the rule's scope."""

    name: str
    x: float
    y: float
    held: bool


def week(told: WeekOut) -> str:
    """Seven rows of 24 hours in site time; hours in scope with nobody on duty are marked."""
    if not told.grid:
        return ""
    hours = "".join(f"<th>{hour if hour % 3 == 0 else ''}</th>" for hour in range(24))
    rows = "".join(
        f"<tr><th>{day}</th>{''.join(_cell(day, hour, cell) for hour, cell in enumerate(cells))}</tr>"
        for day, cells in zip(DAYS, told.grid, strict=True)
    )
    holes = sum(cell.uncovered for cells in told.grid for cell in cells)
    hole = f' · <span class="bw-not-sent">nobody on duty in {holes / 60:.4g} of them</span>' if holes else ""
    scoped = sum(cell.scoped for cells in told.grid for cell in cells) / 60
    return (
        f'<div class="bw-week"><table aria-label="the week in scope"><thead><tr><th></th>{hours}</tr></thead>'
        f'<tbody>{rows}</tbody></table><p class="bw-line bw-quiet">{scoped:.4g} hours a week in scope, site '
        f"time{hole}</p></div>"
    )


def _cell(day: str, hour: int, cell: CellOut) -> str:
    kind = "bw-hole" if cell.uncovered else "bw-on" if cell.scoped == 60 else "bw-part" if cell.scoped else ""
    says = f"{day} {hour:02}:00: " + (f"{cell.scoped} minutes in scope" if cell.scoped else "not in scope")
    says += f", {cell.uncovered} with nobody on duty" if cell.uncovered else ""
    return f'<td class="{kind}" title="{says}">{"!" if cell.uncovered else ""}</td>'


def spots(site: SiteOut, cameras: Sequence[CameraOut], held: Collection[str]) -> list[Spot]:
    """The cameras whose position is known, in metres from the site."""
    east = METRES_A_DEGREE * cos(radians(site.latitude))
    return [
        Spot(
            name=camera.id, x=(camera.longitude - site.longitude) * east,
            y=(site.latitude - camera.latitude) * METRES_A_DEGREE, held=camera.id in held,
        )
        for camera in cameras if camera.latitude is not None and camera.longitude is not None
    ]  # fmt: skip


def sketch(site: SiteOut, cameras: Sequence[CameraOut], held: Collection[str]) -> str:
    """North up, the site in the middle; who is in scope is full. No map is asked of anybody outside."""
    drawn = spots(site, cameras, held)
    nowhere = [camera.id for camera in cameras if camera.id not in {spot.name for spot in drawn}]
    missing = (
        f'<p class="bw-line bw-quiet">Not on the sketch: {escape(", ".join(nowhere))} (latitude and longitude of a '
        "[[camera]] in park.toml)</p>"
        if nowhere
        else ""
    )
    if not drawn:
        return missing
    reach = max(25.0, *(max(abs(spot.x), abs(spot.y) * 16 / 9) for spot in drawn)) * 1.25
    bar = max((scale for scale in SCALES if scale <= reach / 2), default=10)
    dots = "".join(_dot(spot, reach) for spot in drawn)
    width = bar / (2 * reach)
    said = f"{bar} m" if bar < 1000 else f"{bar / 1000:g} km"
    return (
        f'<div class="bw-sketch" role="img" aria-label="{escape(_described(drawn))}">'
        f'<i class="bw-here" style="left:50%;top:50%"><b>{escape(site.name)}</b></i>{dots}'
        f'<span class="bw-north">N</span><span class="bw-scale" style="width:{width:.2%}">{said}</span></div>'
        f"{missing}"
    )


def _dot(spot: Spot, reach: float) -> str:
    left, top = 0.5 + spot.x / (2 * reach), 0.5 + spot.y * 16 / 9 / (2 * reach)
    kind = "bw-held" if spot.held else "bw-free"
    side = " bw-left" if left > 0.65 else ""
    return f'<i class="{kind}{side}" style="left:{left:.2%};top:{top:.2%}"><b>{escape(spot.name)}</b></i>'


def _described(drawn: Sequence[Spot]) -> str:
    told = [
        f"{spot.name} {hypot(spot.x, spot.y):.0f} m away{'' if spot.held else ', not in scope'}" for spot in drawn
    ]
    return "; ".join(told)
