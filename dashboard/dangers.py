"""Dangers: what stands in red on every page, in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.schemas.park import CameraOut, SitePage
from api.schemas.people import MeOut
from dashboard.listing import local, silent, span


@dataclass(frozen=True, kw_only=True)
class Danger:
    """One line of the banner. lead: the few words that must be read. red: people may rely on what is not there."""

    lead: str
    says: str
    red: bool = True


def dangers(sites: SitePage, cameras: Sequence[CameraOut], me: MeOut, now: datetime) -> list[Danger]:
    """The worst first."""
    return [
        *(Danger(lead="Bearwatch itself", says=fault) for fault in sites.faults),
        *_stopped(sites),
        *_unwatched(sites),
        *_silent(sites, cameras, now),
        *_overrides(sites),
        *_demo(me),
    ]


def _stopped(sites: SitePage) -> list[Danger]:
    if sites.all_stopped:
        why = next((site.stop_reason for site in sites.items if site.stop_reason), None)
        return [Danger(lead="ALL SITES STOPPED", says=f"nothing is sent from any site ({why or 'no reason known'})")]
    stopped = [site for site in sites.items if site.stopped]
    return [Danger(lead=f"{site.name} STOPPED", says=f"nothing is sent ({site.stop_reason})") for site in stopped]


def _unwatched(sites: SitePage) -> list[Danger]:
    open_gaps = [site for site in sites.items if site.watch_needed]
    return [Danger(lead=f"{site.name} NOT PROTECTED", says=site.protected_says) for site in open_gaps]


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
    named = [
        f"{site.name} until {site.rule.terms.get('last_day') or 'no last day'}: {site.rule.override}"
        for site in sites.items if site.rule and site.rule.override
    ]  # fmt: skip
    return [Danger(lead="Override in force", says="; ".join(named))] if named else []


def _demo(me: MeOut) -> list[Danger]:
    says = "drawn pictures, scored by the demo scenery model: it knows no real bear"
    return [Danger(lead="Demo park", says=says, red=False)] if me.demo else []
