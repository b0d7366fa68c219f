"""The manual watch in words: what counts and why not, and times as people enter them. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.schemas.watching import ResponseOut, SightingOut, WatchSessionOut
from api.schemas.words import Did, Sureness, WatchMode, WatchPlace
from dashboard.listing import local, span

MODES: Mapping[WatchMode, str] = {
    WatchMode.BLIND: "What the model saw here is hidden from you until you end. Only these hours are evidence.",
    WatchMode.ASSISTED: "You look at the model's possible bears too: they are red on the Wall. No evidence.",
    WatchMode.ROUTINE: "As every night. What you see is kept; the hours are no evidence.",
}
SURE: Mapping[Sureness, str] = {
    Sureness.CERTAIN: "Certain", Sureness.PROBABLE: "Probable", Sureness.UNSURE: "Unsure",
}  # fmt: skip
AGO: Mapping[int, str] = {0: "Now", 5: "5 min ago", 15: "15 min ago", 30: "30 min ago", 60: "1 h ago"}
DID: Mapping[Did, str] = {
    Did.WARNED: "Warned people", Did.PATROLLED: "Patrolled", Did.CLOSED: "Closed the place", Did.NOTHING: "Nothing",
}  # fmt: skip


def moment(minutes: int | None, typed: time | None, zone: str, now: datetime) -> datetime:
    """When something was: so many minutes ago, or the last time that the site's clock showed this.

    >>> now = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    >>> moment(5, None, "America/Denver", now).isoformat()
    '2026-11-24T03:55:00+00:00'
    >>> moment(0, time(20, 30), "America/Denver", now).isoformat()
    '2026-11-24T03:30:00+00:00'
    >>> moment(0, time(23, 30), "America/Denver", now).isoformat()
    '2026-11-23T06:30:00+00:00'
    """
    if typed is None:
        return now - timedelta(minutes=minutes or 0)
    there = now.astimezone(ZoneInfo(zone))
    today = there.replace(hour=typed.hour, minute=typed.minute, second=0, microsecond=0)
    found = today if today <= there else today - timedelta(days=1)
    return found.astimezone(UTC)


def session(row: WatchSessionOut, zone: str, now: datetime) -> str:
    """Who watched, when and how."""
    ended = local(row.ended_at, zone, now) if row.ended_at else "now"
    where = f"desk, {_hours(row.recorded_hours)}" if row.place is WatchPlace.DESK else "field"
    seen = f", {row.sightings} seen" if row.sightings else ""
    return f"{local(row.started_at, zone, now)} to {ended}: {row.observer}, {row.mode.value}, {where}{seen}"


def counted(row: WatchSessionOut) -> str:
    """Whether its hours are evidence, and why not."""
    if row.mode is not WatchMode.BLIND:
        return f"no evidence: {row.mode.value}, not blind"
    doubts = [one for one in row.doubts if one.doubt != "not_drawn"]
    if row.place is WatchPlace.DESK and not row.recorded_hours:
        return (
            "does not count: no recorded hour was seen to its end" if row.ended_at else "counts with its first hour"
        )
    if doubts:
        return "does not count: " + "; ".join(one.says for one in doubts)
    return "counts as evidence" if row.counts else "counts once it is ended"


def going_on(row: WatchSessionOut, site: str, zone: str, now: datetime) -> str:
    """The session that somebody has open."""
    desk = " at the desk" if row.place is WatchPlace.DESK else ""
    since = f"since {local(row.started_at, zone, now)} ({span(now - row.started_at)})"
    return f"You watch {site}{desk}: {row.mode.value}, {since}"


def sighting(row: SightingOut, zone: str, now: datetime) -> str:
    """What was seen, when, where and by whom."""
    many = "a bear" if row.bears == 1 else f"{row.bears} bears"
    where = "".join(f", {part}" for part in (row.spot, row.camera) if part)
    desk = ", at the desk" if row.source == "desk" else ""
    return f"{local(row.at, zone, now)}: {many} ({row.sure.value}){where}, {row.observer}{desk}"


def response(row: ResponseOut, zone: str, now: datetime) -> str:
    """What somebody did."""
    note = f": {row.note}" if row.note else ""
    return f"{local(row.at, zone, now)} {row.person}: {DID[row.did].lower()}{note}"


def _hours(many: int) -> str:
    return f"{many} recorded hour{'' if many == 1 else 's'}"
