"""Noticed: encounters in words a tired person understands. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from api.schemas.encounters import EncounterOut, EncounterPage, MatchOut, SeenOut
from api.schemas.watching import SightingOut
from api.schemas.words import EncounterKind, Stage, Sureness, Verdict, WatchPlace
from dashboard.listing import chance, local, span

TITLES: Mapping[EncounterKind, str] = {
    EncounterKind.PEOPLE_ONLY: "Only people",
    EncounterKind.MODEL_ONLY: "Only the model",
    EncounterKind.BOTH: "Both",
}
"""In the order in which they are shown: a bear that the model did not notice comes first."""

EMPTY: Mapping[EncounterKind, str] = {
    EncounterKind.BOTH: "No bear was noticed by both.",
    EncounterKind.MODEL_ONLY: "The model noticed nothing that people did not notice too.",
    EncounterKind.PEOPLE_ONLY: "People saw no bear that the model did not notice too.",
}
SAID: Mapping[Verdict, str] = {
    Verdict.BEAR: "people say: a bear",
    Verdict.NOT_BEAR: "people say: not a bear",
    Verdict.UNSURE: "people are unsure",
}
SURE: Mapping[Sureness, str] = {
    Sureness.CERTAIN: "certain",
    Sureness.PROBABLE: "probably",
    Sureness.UNSURE: "unsure",
}
LAST = "Last 24 hours"
DAYS_BACK = 28


def days(zone: str, now: datetime, asked: date | None = None) -> dict[str, date | None]:
    """What can be looked at: the last 24 hours, today, the days before, and one that is asked for.

    >>> list(days("UTC", datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("UTC"))))[:3]
    ['Last 24 hours', 'Tue 24 Nov', 'Mon 23 Nov']
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    found: dict[str, date | None] = {LAST: None} | {
        (day := today - timedelta(days=back)).strftime("%a %d %b"): day for back in range(DAYS_BACK + 1)
    }
    return found if asked is None or asked in found.values() else found | {f"{asked:%a %d %b %Y}": asked}


def asked_day(text: str | None) -> date | None:
    """The day of an address; None where it has none.

    >>> asked_day("2026-11-24"), asked_day("yesterday"), asked_day(None)
    (datetime.date(2026, 11, 24), None, None)
    """
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def of_kind(page: EncounterPage, kind: EncounterKind) -> list[EncounterOut]:
    """The encounters of one kind, the newest first."""
    return [item for item in reversed(page.items) if item.kind is kind]


def headline(page: EncounterPage) -> str:
    """How many of each kind."""
    if not page.items:
        says = "Nobody saw a bear, and the model noticed none. That does not mean that there was none."
        return f'<p class="bw-big">{says}</p>'
    cells = "".join(f"<div><b>{len(of_kind(page, kind))}</b> {title}</div>" for kind, title in TITLES.items())
    return f'<div class="bw-counts">{cells}</div>'


def by_chance(page: EncounterPage) -> str:
    """How many sightings are joined, and how many would be by chance alone."""
    told = page.chance
    says = f"In the last {told.days} days people noted no bear: nothing is known of chance."
    if told.sightings:
        says = (
            f"In the last {told.days} days the model had noticed {told.joined} of the {told.sightings} bears that "
            f"people saw. By chance alone it would be {told.by_chance} (each looked for a day earlier)."
        )
    window = (
        f"At most {page.window_minutes} minutes apart, they are taken for one bear until somebody says otherwise."
    )
    return f'<p class="bw-line bw-quiet">{window} {says}</p>'


def seen(side: SeenOut, zone: str, now: datetime) -> str:
    """The model's side: when and where, and what people say of its pictures."""
    said = SAID[side.verdict] if side.verdict else "nobody has looked at it yet"
    thought = f"; model: {chance(side.p_bear)}" if side.verdict in (Verdict.BEAR, Verdict.NOT_BEAR) else ""
    silent = " Nothing was sent." if side.stage is Stage.SHADOW else ""
    return (
        f'<p class="bw-line"><b>{escape(local(side.at, zone, now))} the model</b>, camera {escape(side.camera)}: '
        f'<a class="bw-press" href="/review?shown={side.alert}" target="_self">{escape(said)}</a>'
        f"{escape(thought)}.{silent}</p>"
    )


def told(row: SightingOut, zone: str, now: datetime, *, place: WatchPlace | None = None) -> str:
    """The people's side, in the observer's own words."""
    bears = f"{row.bears} bears" if row.bears > 1 else "a bear"
    where = f", {row.spot}" if row.spot else ""
    camera = f", camera {row.camera}" if row.camera else ""
    desk = ", at the desk" if place is WatchPlace.DESK else ""
    note = f'<p class="bw-line bw-quiet">“{escape(row.note)}”</p>' if row.note else ""
    return (
        f'<p class="bw-line"><b>{escape(local(row.at, zone, now))} {escape(row.observer)}</b>{desk}: {bears}, '
        f"{SURE[row.sure]}{escape(where)}{escape(camera)}</p>{note}"
    )


def joined(item: EncounterOut) -> str:
    """Why the two are taken for one."""
    match = item.match
    if match is None:
        return ""
    why = f": {match.why}" if match.why else ""
    says = f"joined by {match.by}{why}" if match.by else f"taken for one bear{why}"
    odd = ""
    if item.seen is not None and item.seen.verdict is Verdict.NOT_BEAR:
        odd = ' <span class="bw-not-sent">But the picture shows no bear, people say.</span>'
    return f'<p class="bw-line bw-quiet">{escape(says)}.{odd}</p>'


def doubts(item: EncounterOut) -> str:
    """What is doubted of the sighting or of the watch it was made in."""
    return "".join(
        f'<p class="bw-line"><span class="bw-not-sent">Doubtful:</span> {escape(doubt.says)}</p>'
        for doubt in item.doubts
    )


def history(item: EncounterOut, zone: str, now: datetime) -> str:
    """What was said before of these two; nothing where it is what stands now."""
    rows = [row for row in item.history if row.ended_at is not None or row.apart]
    lines = "".join(f"<li>{escape(line)}</li>" for row in rows for line in _lines(row, zone, now))
    return f'<ul class="bw-recent">{lines}</ul>' if lines else ""


def partners(item: EncounterOut, page: EncounterPage, zone: str, now: datetime) -> dict[int, str]:
    """What this may be joined with, by number: what only the other side noticed, the nearest first."""
    other = {
        EncounterKind.MODEL_ONLY: EncounterKind.PEOPLE_ONLY, EncounterKind.PEOPLE_ONLY: EncounterKind.MODEL_ONLY,
    }.get(item.kind)  # fmt: skip
    near = sorted((one for one in page.items if one.kind is other), key=lambda one: abs(one.at - item.at))
    return dict(_partner(one, item, zone, now) for one in near)


def _partner(one: EncounterOut, of: EncounterOut, zone: str, now: datetime) -> tuple[int, str]:
    apart = span(abs(one.at - of.at))
    if one.seen is not None:
        return one.seen.visit, f"{local(one.seen.at, zone, now)} the model, {one.seen.camera} ({apart} apart)"
    row: SightingOut | None = one.told
    assert row is not None
    where = f", {row.spot}" if row.spot else ""
    return row.id, f"{local(row.at, zone, now)} {row.observer}{where} ({apart} apart)"


def _lines(row: MatchOut, zone: str, now: datetime) -> Sequence[str]:
    made, why = local(row.made_at, zone, now), f": {row.why}" if row.why else ""
    if row.apart:
        return [f"{made} {row.by} said that sighting {row.sighting} is another bear{why}"]
    by = row.by or "the rule"
    ended = f"; until {local(row.ended_at, zone, now)}, {row.ended_by}" if row.ended_at else ""
    return [f"{made} {by} joined it with sighting {row.sighting}{why}{ended}"]
