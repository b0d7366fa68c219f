"""Yeared: the simulated year as HTML: what is marked, what was known on a Monday, the strip of all weeks. Pure."""

from html import escape
from urllib.parse import quote
from zoneinfo import ZoneInfo

from api.schemas.demo_year import DemoYearOut, YearSiteOut

MARK = (
    '<p class="bw-line"><span class="bw-override">SIMULATED</span> Five sites that do not exist, over a year. '
    "Nothing here is of your park, counts there, or is sent to anybody. "
    "The verdicts are made by the code of all reports.</p>"
)


def when(told: DemoYearOut) -> str:
    """The week, the Monday on which it was reported, and how much is made."""
    monday = told.known_at.astimezone(ZoneInfo(told.time_zone))
    days = told.sites[0].days if told.sites else ""
    making = ""
    if told.made < told.of:
        making = (
            f'<p class="bw-line bw-quiet">{told.made} of {told.of} reports are made so far; those of a week that is '
            "not are made when you open it, which takes some seconds.</p>"
        )
    which = f"<b>Week {told.number} of {told.weeks}</b>: {escape(told.week)}, {escape(days)}"
    return (
        f'<p class="bw-line bw-big">{which}</p>'
        f'<p class="bw-line">As it was known on Monday {monday:%d %B %Y} at {monday:%H:%M}:</p>{making}'
    )


def site(one: YearSiteOut, number: int) -> str:
    """One site: its verdict, what really happened, and every week's verdict as a strip. number: of the week."""
    return (
        f'<div class="bw-verdict bw-{one.tone.value}"><b>{escape(one.sign)} {escape(one.title)}</b>'
        f"<span><strong>{escape(one.word)}.</strong> {escape(one.sentence)}</span></div>"
        f'<p class="bw-line bw-quiet"><span class="bw-override">simulated</span> What really happens: '
        f"{escape(one.happened)}</p>{strip(one, number)}"
    )


def strip(one: YearSiteOut, number: int) -> str:
    """A cell for each week, in its verdict's colour; the week that is shown stands out, later ones are pale."""
    cells = []
    for place, week in enumerate(one.year, start=1):
        kind = f" bw-{week.tone.value}" if week.tone else ""
        here = " bw-here" if place == number else " bw-later" if place > number else ""
        says = f"week {place}, {week.week}: {week.word or 'not made yet'}"
        cells.append(f'<i class="bw-cell{kind}{here}" title="{escape(says)}"></i>')
    return f'<div class="bw-year" role="img" aria-label="{escape(_spoken(one))}">{"".join(cells)}</div>'


def _spoken(one: YearSiteOut) -> str:
    """The strip in words: from which week on which verdict."""
    told, last = [], None
    for place, week in enumerate(one.year, start=1):
        if week.word is not None and week.word != last:
            told.append(f"from week {place} {week.word}")
            last = week.word
    return f"{one.title}: {', '.join(told) or 'no report is made yet'}"


def link(one: YearSiteOut, week: str) -> str:
    """The whole report."""
    path = f"/api/v1/demo-year/{quote(one.site, safe='')}/{quote(week, safe='')}.html"
    return f'<p class="bw-links"><a href="{path}" target="_blank" rel="noopener">The whole report</a></p>'
