"""Papered: a weekly report's pieces as HTML, as the API worded and drew them. Pure.

A picture's markup is the API's own and escaped there; every word is escaped here.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from html import escape
from urllib.parse import quote

from api.schemas.papers import PaperOut, ParkWeekOut, PictureOut, SectionOut, SiteWeekOut, TableOut, WeekLineOut
from dashboard import drawing

DARK = {
    "#1c2421": "#e8ecea", "#55635d": "#a9b5b0", "#c9d2ce": "#38453f", "#dfeee6": "#1d3329", "#1d5fa8": "#7fb4f5",
    "#b4540a": "#ffb066",
}  # fmt: skip
"""A picture's colours on white, and on the dashboard's dark."""


def verdict(paper: PaperOut) -> str:
    """The verdict, as large as it matters."""
    wide = "".join(
        f'<p class="bw-line"><span class="bw-override">{escape(one)}</span></p>' for one in paper.overridden
    )
    word = f"{escape(paper.sign)} {escape(paper.word)}"
    return (
        f'<p class="bw-line bw-quiet">{escape(paper.site_name)}, {escape(paper.days)}</p>'
        f'<div class="bw-verdict bw-{paper.tone.value}" role="status"><b>{word}</b>'
        f"<span>{escape(paper.sentence)}</span></div>{wide}"
    )


def faults(paper: PaperOut) -> str:
    """Data faults, before anything that they explain."""
    return listed("Data faults first: they explain most drift", paper.faults) if paper.faults else ""


def listed(title: str, lines: Sequence[str], none: str = "Nothing.") -> str:
    """A few lines under a title."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines or [none])
    head = f'<p class="bw-line"><b>{escape(title)}</b></p>' if title else ""
    return f'{head}<ul class="bw-plain">{items}</ul>'


def said(title: str, lines: Sequence[str]) -> str:
    """A few sentences under a title."""
    return f'<p class="bw-line"><b>{escape(title)}</b></p>' + lines_of(lines)


def lines_of(lines: Sequence[str]) -> str:
    """A paragraph each."""
    return "".join(f'<p class="bw-line">{escape(line)}</p>' for line in lines)


def pictures(told: Sequence[PictureOut]) -> str:
    """The pictures beside each other, or below each other where there is no room."""
    drawn = "".join(
        f'<figure><figcaption>{escape(one.title)}</figcaption><img class="bw-chart" src="{address(one.svg)}" '
        f'alt="{escape(one.says)}"><p class="bw-line bw-quiet">{escape(one.says)}</p></figure>'
        for one in told
    )
    return f'<div class="bw-charts">{drawn}</div>'


def address(svg: str) -> str:
    """A picture on dark as an address of its own: Streamlit's pages let no drawing through as markup."""
    for light, dark in DARK.items():
        svg = svg.replace(light, dark)
    svg = re.sub(r'font-family="[^"]*"', 'font-family="system-ui, sans-serif"', svg, count=1)
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def section(told: SectionOut) -> str:
    """One part of what lies behind the first page."""
    return lines_of(told.lines) + "".join(table(one) for one in told.tables)


def table(told: TableOut) -> str:
    """A table with its note."""
    note = f'<p class="bw-line bw-quiet">{escape(told.note)}</p>' if told.note else ""
    return f'<div class="bw-report">{drawing.table(told.head, told.rows, _elsewhere(told))}</div>{note}'


def _elsewhere(told: TableOut) -> list[list[str]]:
    """The links of a table that lead to another page; the list below stands in sight here."""
    return [["" if link.startswith("#") else link for link in row] for row in told.links]


def foot(paper: PaperOut) -> str:
    """When it was made and what proves it."""
    return "".join(f'<p class="bw-line bw-quiet">{escape(line)}</p>' for line in paper.foot)


def links(site: str, week: str, revision: int | None = None) -> str:
    """The same report as a file."""
    which = f"?revision={revision}" if revision else ""
    path = f"/api/v1/reports/{quote(site, safe='')}/{quote(week, safe='')}"
    made = "".join(
        f'<a href="{path}{end}{which}" target="_blank" rel="noopener">{says}</a>'
        for says, end in (("PDF", ".pdf"), ("Page to print", ".html"), ("JSON", ""))
    )
    return f'<p class="bw-links">{made}</p>'


def site_line(one: SiteWeekOut) -> str:
    """One site of the park's week."""
    marks = []
    if one.waiting:
        many = "an alarm waits" if one.waiting == 1 else f"{one.waiting} alarms wait"
        marks.append(f'<span class="bw-override">{many} for a name</span>')
    if one.called:
        marks.append('<span class="bw-override">called changed in the park</span>')
    return (
        f'<div class="bw-site bw-park"><h3><span class="bw-tone bw-{one.tone.value}">{escape(one.sign)}</span> '
        f"{escape(one.site_name)}: {escape(one.word)}</h3>"
        f'<p class="bw-line">{escape(one.sentence)}</p>'
        + (f'<p class="bw-line">{" ".join(marks)}</p>' if marks else "")
        + "</div>"
    )


def park(told: ParkWeekOut) -> str:
    """All sites, what needs a person first, and what the judgement of them all holds."""
    lines = "".join(site_line(one) for one in told.sites)
    found = f'<p class="bw-line"><b>{escape(told.says)}</b></p>' if told.says else ""
    patrols = f'<p class="bw-line">{escape(told.patrols)}</p>' if told.patrols else ""
    return f'{found}{lines}{patrols}<p class="bw-line bw-quiet">{escape(told.holds)}</p>'


def week_of(day: date) -> str:
    """The ISO week of a day.

    >>> week_of(date(2027, 1, 1))
    '2026-W53'
    """
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def week_label(one: WeekLineOut) -> str:
    """A week with its verdict's word, to choose it by."""
    return f"{one.week} {one.sign} {one.word}"
