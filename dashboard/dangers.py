"""Dangers: what stands in red on every page, in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.schemas.park import CameraOut, GapOut, SiteOut, SitePage
from api.schemas.people import MeOut
from api.schemas.rules import NarrowedOut
from dashboard.listing import guardrail, local, silent, span

UNPROTECTED = ", NOT PROTECTED"
"""Until a named person takes the manual watch."""


@dataclass(frozen=True, kw_only=True)
class Danger:
    """One line of the banner. lead: the few words that must be read; what may be cut off comes last in says.

    red: people may rely on what is not there. watch: the sites whose manual watch somebody can take there.
    """

    lead: str
    says: str
    red: bool = True
    watch: tuple[SiteOut, ...] = ()


def dangers(sites: SitePage, cameras: Sequence[CameraOut], me: MeOut, now: datetime) -> list[Danger]:
    """The worst first."""
    return [
        *(Danger(lead="Bearwatch itself", says=fault) for fault in sites.faults),
        *_stopped(sites, now),
        *_unwatched(sites, now),
        *_narrowed(sites, now),
        *_alarmed(sites, now),
        *_silent(sites, cameras, now),
        *_overrides(sites),
        *_demo(me),
    ]


def together(lines: Sequence[Danger]) -> str:
    """Several dangers in one line: how many, and what each is."""
    return f"{len(lines)} dangers: " + " · ".join(line.lead for line in lines)


def gap_says(gap: GapOut, zone: str, now: datetime) -> str:
    """Since when nobody is warned, who watches instead, and why; the cause may be long."""
    watch = f"{gap.taken_by} has the manual watch" if gap.taken_by else "nobody has taken the manual watch"
    return f"since {local(gap.since, zone, now)}, {watch}; {gap.cause}"


def _stopped(sites: SitePage, now: datetime) -> list[Danger]:
    if not sites.all_stopped:
        return [_stopped_site(site, now) for site in sites.items if site.stopped]
    why = next((site.stop_reason for site in sites.items if site.stop_reason), None) or "no reason known"
    open_gaps = tuple(site for site in sites.items if site.watch_needed)
    names = ", ".join(site.name for site in open_gaps)
    watch = f"nobody has taken the manual watch of {names}; " if names else ""
    lead = "ALL SITES STOPPED" + (UNPROTECTED if open_gaps else "")
    return [Danger(lead=lead, says=f"nothing is sent; {watch}{why}", watch=open_gaps)]


def _stopped_site(site: SiteOut, now: datetime) -> Danger:
    says = gap_says(site.gap, site.time_zone, now) if site.gap else f"nothing is sent; {site.stop_reason}"
    lead = f"{site.name} STOPPED" + (UNPROTECTED if site.watch_needed else "")
    return Danger(lead=lead, says=says, watch=(site,) if site.watch_needed else ())


def _unwatched(sites: SitePage, now: datetime) -> list[Danger]:
    """Sites with an open gap; what is stopped is named already."""
    return [
        Danger(lead=f"{site.name} NOT PROTECTED", says=gap_says(site.gap, site.time_zone, now), watch=(site,))
        for site in sites.items if site.watch_needed and site.gap and not site.stopped
    ]  # fmt: skip


def _narrowed(sites: SitePage, now: datetime) -> list[Danger]:
    """Sites where a guardrail failed: live asks first now; a trial goes on, and somebody must look."""
    failed = [(site, site.rule.narrowed) for site in sites.items if site.rule and site.rule.narrowed]
    return [_narrowed_site(site, told, now) for site, told in failed]


def _narrowed_site(site: SiteOut, told: Sequence[NarrowedOut], now: datetime) -> Danger:
    live = any(item.live for item in told)
    since = local(min(item.since for item in told), site.time_zone, now)
    what = "warnings go out only after a ranger confirms" if live else "the trial goes on"
    why = "; ".join(f"{guardrail(item.guardrail)}: {item.says}" for item in told)
    lead = f"{site.name} ASKS FIRST" if live else f"{site.name}: a guardrail FAILED"
    return Danger(lead=lead, says=f"{what} since {since}; {why}")


def _alarmed(sites: SitePage, now: datetime) -> list[Danger]:
    """Sites whose drift report alarmed, and nobody has said why."""
    return [
        Danger(
            lead=f"{site.name} DRIFT ALARM",
            says=f"{SEES.get(alarm.verdict, alarm.verdict)}, since {alarm.since_week}; open since "
            f"{local(alarm.opened_at, site.time_zone, now)}: a supervisor acknowledges it on the page Sites",
        )
        for site in sites.items for alarm in site.alarms
    ]  # fmt: skip


SEES = {
    "alarm_down": "the model sees half of what it should, or less",
    "alarm_up": "the model sees twice what it should, or more",
}


def _silent(sites: SitePage, cameras: Sequence[CameraOut], now: datetime) -> list[Danger]:
    zones = {site.id: site.time_zone for site in sites.items}
    told = [f"{camera.id} {since(camera, zones.get(camera.site, 'UTC'), now)}" for camera in silent(cameras)]
    if not told:
        return []
    count = f"{len(told)} camera{'s' if len(told) > 1 else ''} SILENT"
    return [Danger(lead=count, says="; ".join(told))]


def since(camera: CameraOut, zone: str, now: datetime) -> str:
    """Since when a camera has given nothing."""
    if camera.last_seen_at is None:
        return "never seen"
    return f"since {local(camera.last_seen_at, zone, now)} ({span(now - camera.last_seen_at)})"


def _overrides(sites: SitePage) -> list[Danger]:
    wide = [(site.name, site.rule) for site in sites.items if site.rule and site.rule.override]
    if not wide:
        return []
    why = dict.fromkeys(f"{rule.override}, until {rule.terms.get('last_day') or 'no last day'}" for _, rule in wide)
    return [Danger(lead="Override in force", says=f"{', '.join(name for name, _ in wide)}: {'; '.join(why)}")]


def _demo(me: MeOut) -> list[Danger]:
    says = "the cameras are drawn, and their demo scenery model knows no real bear"
    return [Danger(lead="Demo park", says=says, red=False)] if me.demo else []
