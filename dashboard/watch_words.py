"""The manual watch in words: what counts and why not, and times as people enter them. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.schemas.park import SiteOut
from api.schemas.watching import ResponseOut, SightingOut, WatchSessionOut
from api.schemas.words import Did, Stage, Sureness, WatchMode, WatchPlace
from dashboard.listing import local, span

MODES: Mapping[WatchMode, str] = {
    WatchMode.BLIND: "What the model saw here is hidden from you until you end. Only these hours are evidence.",
    WatchMode.ASSISTED: "You look at the model's possible bears too: they are red on the Wall. No evidence.",
    WatchMode.ROUTINE: "As every night. What you see is kept; the hours are no evidence.",
}
SURE: Mapping[Sureness, str] = {
    Sureness.CERTAIN: "Certain", Sureness.PROBABLE: "Probable", Sureness.UNSURE: "Unsure",
}  # fmt: skip
AGO: Mapping[int, str] = {0: "Now", 5: "5 min", 15: "15 min", 30: "30 min", 60: "1 h"}
TOLD = (Stage.TRIAL, Stage.LIVE)
"""Stages whose alerts are told to people at once."""

TOLD_THERE = " While people are told of its alerts, hours in the field are no evidence: watch at a desk instead."
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


def hint(mode: WatchMode, site: SiteOut) -> str:
    """What a way of watching means; where alerts are told to people, that one of them ends the blindness."""
    told = mode is WatchMode.BLIND and not site.stopped and site.rule is not None and site.rule.stage in TOLD
    return MODES[mode] + (TOLD_THERE if told else "")


def session(row: WatchSessionOut, zone: str, now: datetime) -> str:
    """Who watched, when and how."""
    ended = local(row.ended_at, zone, now) if row.ended_at else "now"
    where = f"desk, {_hours(row.recorded_hours)}" if row.place is WatchPlace.DESK else "field"
    seen = f", {row.sightings} seen" if row.sightings else ""
    how = row.mode.value if row.alert is None else f"patrol because of alert {row.alert}"
    return f"{local(row.started_at, zone, now)} to {ended}: {row.observer}, {how}, {where}{seen}"


def counted(row: WatchSessionOut) -> str:
    """Whether its hours are evidence, and why not."""
    if row.alert is not None:
        return "no evidence: a patrol because of an alert"
    if row.mode is not WatchMode.BLIND:
        return f"no evidence: {row.mode.value}, not blind"
    doubts = [one for one in row.doubts if one.doubt != "not_drawn"]
    if row.place is WatchPlace.DESK and not row.recorded_hours:
        return (
            "does not count: no recorded hour was seen to its end" if row.ended_at else "counts with its first hour"
        )
    if doubts:
        return "does not count: " + "; ".join(one.says for one in doubts)
    if row.told_hours:
        rest = f", besides {row.told_hours:.1f} h in which" if row.counts else ": in all its hours"
        says = "counts as evidence" if row.counts else "no evidence"
        return f"{says}{rest} a trial or live rule told people of alerts; watch at a desk instead"
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
