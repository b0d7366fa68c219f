"""A site and its alerts in words, the same on every page that shows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

import streamlit as st

from api.schemas.alerts import AlertOut
from api.schemas.park import CameraOut, SiteOut
from api.schemas.words import AlertState, Audience, Stage, Verdict
from dashboard import around, client
from dashboard.listing import OPEN, ago, chance, local, silent
from dashboard.telling import tried

STANDS: Mapping[AlertState, str] = {
    AlertState.SHADOW: "would have been an alert; nothing was sent",
    AlertState.PENDING: "waits for an answer; nothing has been sent",
    AlertState.CLAIMED: "is being looked at; nothing has been sent",
    AlertState.CONFIRMED: "confirmed; the warning is on its way",
    AlertState.DISMISSED: "dismissed: not a bear",
    AlertState.EXPIRED: "expired: nobody answered in time, nothing was sent",
    AlertState.LIVE: "the warning is on its way, not reviewed yet",
    AlertState.SENT: "WARNING SENT",
    AlertState.FAILED: "WARNING FAILED: it could not be delivered",
    AlertState.REVIEWED: "warning sent, reviewed",
}
SAID: Mapping[Verdict, str] = {Verdict.BEAR: "bear", Verdict.NOT_BEAR: "not a bear", Verdict.UNSURE: "unsure"}


def stands(alert: AlertOut) -> str:
    """How an alert stands; what the model thought only where a person has answered or nobody is asked."""
    says = STANDS[alert.state]
    if alert.verdict is not None:
        says += f" · answered: {SAID[alert.verdict]}"
    if alert.state not in (AlertState.PENDING, AlertState.CLAIMED):
        says += f" · model: {chance(alert.p_bear)}"
    return says + (" · replay" if alert.replay else "")


def would_have(alert: AlertOut, zone: str, now: datetime) -> str:
    """What a shadow alert would have sent, had it been live."""
    told = alert.would_have or {}
    named = told.get("receivers")
    whom = ", ".join(str(name) for name in named) if isinstance(named, list) and named else "nobody"
    at = told.get("at")
    when = local(datetime.fromisoformat(at), zone, now) if isinstance(at, str) else local(alert.raised_at, zone, now)
    return f"would have been sent to {whom} at {when} · model: {chance(alert.p_bear)}"


def after_answer(alert: AlertOut, answer: Verdict) -> str:
    """What an answer has set going."""
    if alert.stage is Stage.SHADOW:
        return f"Noted: {SAID[answer]}. Nothing is sent: the site is in shadow."
    if answer is Verdict.UNSURE:
        waits = alert.state in OPEN
        return "Passed on to the next step of the chain. Nothing has been sent." if waits else "Noted: unsure."
    if answer is Verdict.NOT_BEAR:
        return "Dismissed. No warning goes out; whoever was warned already is told."
    if alert.state is AlertState.REVIEWED:
        return "Noted: the warning that went out was right."
    if alert.replay:
        return "Confirmed. It is a replay: the warning is written down, and nothing leaves the machine."
    whom = "campers and rangers" if alert.audience is Audience.CAMPERS else "rangers"
    return f"Confirmed. The warning goes to the {whom} of {alert.site_name}."


def head(site: SiteOut, cameras: Sequence[CameraOut], now: datetime | None) -> str:
    """Stage, what protects the site, and its cameras. now None: no ages, on a page that does not refresh them."""
    stage = escape(site.rule.stage if site.rule else "no rule")
    last = max((camera.last_seen_at for camera in cameras if camera.last_seen_at), default=None)
    quiet = len(silent(cameras))
    alive = f"{len(cameras) - quiet} of {len(cameras)} cameras alive"
    alive += f", last picture {ago(last, now)}" if now else ""
    override = site.rule.override if site.rule else None
    red = f'<p class="bw-line"><span class="bw-override">Override: {escape(override)}</span></p>' if override else ""
    return (
        f'<div class="bw-site"><h3>{escape(site.name)} <span class="bw-stage bw-stage-{stage}">{stage}</span></h3>'
        f'{red}<p class="bw-line">{escape(site.protected_says)}</p>'
        f'<p class="bw-line {"bw-not-sent" if quiet else "bw-quiet"}">{escape(alive)}</p></div>'
    )


def take_watch(site: SiteOut) -> None:
    """The button by which a named person takes the manual watch."""
    if site.watch_needed and st.button("I take the manual watch", key=f"watch-{site.id}", width="stretch"):
        tried(lambda: str(client.post_raw(f"/sites/{site.id}/watch-accept").json().get("says", "taken")))
        st.rerun()


def zone_of(sites: Sequence[SiteOut], site: str) -> str:
    """A site's time zone; the park's where the site is not among them."""
    return next((item.time_zone for item in sites if item.id == site), around.me().time_zone)
