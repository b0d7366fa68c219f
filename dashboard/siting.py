"""A site and its alerts in words, the same on every page that shows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from api.schemas.alerts import AlertOut
from api.schemas.park import CameraOut, LiftOut, SiteOut
from api.schemas.words import OPEN, AlertState, Audience, Stage, Verdict
from dashboard import around
from dashboard.dangers import gap_says
from dashboard.listing import ago, chance, in_words, judged, local, silent

STANDS: Mapping[AlertState, str] = {
    AlertState.SHADOW: "would have been an alert; nothing was sent",
    AlertState.PENDING: "waits for an answer; nothing has been sent",
    AlertState.CLAIMED: "is being looked at; nothing has been sent",
    AlertState.CONFIRMED: "confirmed; the warning is on its way",
    AlertState.WITHHELD: "a bear, but NO WARNING was sent",
    AlertState.DISMISSED: "dismissed: not a bear",
    AlertState.EXPIRED: "EXPIRED: nobody answered in time, nobody was warned",
    AlertState.LIVE: "the warning is on its way, not reviewed yet",
    AlertState.SENT: "WARNING SENT",
    AlertState.FAILED: "WARNING FAILED: it could not be delivered",
    AlertState.REVIEWED: "warning sent, reviewed",
}
SAID: Mapping[Verdict, str] = {Verdict.BEAR: "bear", Verdict.NOT_BEAR: "not a bear", Verdict.UNSURE: "unsure"}


def stands(alert: AlertOut) -> str:
    """How an alert stands; what the model thought only once a person has said what it is."""
    says = STANDS[alert.state]
    if alert.state is AlertState.DISMISSED and alert.warned:
        says += "; A WARNING HAD GONE OUT and was corrected"
    return says + _judged(alert) + (" · replay" if alert.replay else "")


def expired(alert: AlertOut, zone: str, now: datetime) -> str:
    """An alert that nobody answered, as the first thing on its page."""
    if alert.state is not AlertState.EXPIRED:
        return ""
    when = f" at {local(alert.deadline, zone, now)}" if alert.deadline else ""
    return (
        f'<div class="bw-unprotected" role="alert"><b>EXPIRED{when}</b> '
        "Nobody answered in time, and nobody was warned.</div>"
    )


def would_have(alert: AlertOut, zone: str, now: datetime) -> str:
    """What a shadow alert would have sent, had it been live."""
    told = alert.would_have or {}
    named = told.get("receivers")
    whom = ", ".join(str(name) for name in named) if isinstance(named, list) and named else "nobody"
    at = told.get("at")
    when = local(datetime.fromisoformat(at), zone, now) if isinstance(at, str) else local(alert.raised_at, zone, now)
    return f"would have been sent to {whom} at {when}{_judged(alert)}"


def _judged(alert: AlertOut) -> str:
    said = f" · answered: {SAID[alert.verdict]}" if alert.verdict is not None else ""
    return said + (f" · model: {chance(alert.p_bear)}" if judged(alert) else "")


def no_warning(alert: AlertOut) -> str:
    """What "bear" does where it warns nobody, said before the answer."""
    return f"“Bear” sends NO WARNING: {alert.no_warning}. Call whoever is in danger yourself."


def after_answer(alert: AlertOut, answer: Verdict) -> str:
    """What an answer has set going."""
    if alert.stage is Stage.SHADOW:
        return f"Noted: {SAID[answer]}. Nothing is sent: the site is in shadow."
    if answer is Verdict.UNSURE:
        waits = alert.state in OPEN
        return "Passed on to the next step of the chain. Nothing has been sent." if waits else "Noted: unsure."
    if answer is Verdict.NOT_BEAR and alert.warned:
        return "Dismissed. A warning had gone out: everyone who was warned is told that it was not a bear."
    if answer is Verdict.NOT_BEAR:
        return "Dismissed. No warning goes out."
    if alert.state is AlertState.WITHHELD:
        why = f": {alert.no_warning}. Call whoever is in danger yourself" if alert.no_warning else ""
        return f"Noted: bear. NO WARNING was sent{why}."
    if alert.state is AlertState.REVIEWED:
        return "Noted: the warning that went out was right."
    if alert.replay:
        return "Confirmed. It is a replay: the warning is written down, and nothing leaves the machine."
    whom = f"the {'campers and rangers' if alert.audience is Audience.CAMPERS else 'rangers'} of {alert.site_name}"
    if alert.state is AlertState.FAILED:
        return f"Confirmed, but no warning arrived. Call {whom} by hand."
    return f"Confirmed. The warning {'has gone' if alert.warned else 'goes'} to {whom}."


def head(site: SiteOut, cameras: Sequence[CameraOut], now: datetime, *, ages: bool = True) -> str:
    """Stage, what protects the site, and its cameras. ages: not on a page that does not refresh them."""
    stage, red = escape(site.rule.stage if site.rule else "no rule"), unprotected(site, cameras, now)
    last = max((camera.last_seen_at for camera in cameras if camera.last_seen_at), default=None)
    quiet = len(silent(cameras))
    alive = f"{len(cameras) - quiet} of {len(cameras)} cameras alive"
    alive += f", last picture {ago(last, now)}" if ages else ""
    override = site.rule.override if site.rule else None
    wide = f'<p class="bw-line"><span class="bw-override">Override: {escape(override)}</span></p>' if override else ""
    badge = "idle" if red else stage
    says = red or f'<p class="bw-line">{escape(in_words(site.protected_says))}</p>'
    return (
        f'<div class="bw-site"><h3>{escape(site.name)} <span class="bw-stage bw-stage-{badge}">{stage}</span></h3>'
        f'{says}{wide}<p class="bw-line {"bw-not-sent" if quiet else "bw-quiet"}">{escape(alive)}</p></div>'
    )


def unprotected(site: SiteOut, cameras: Sequence[CameraOut], now: datetime) -> str:
    """The loudest thing of a site on which people may rely and must not; nothing where there is no such."""
    relied_on = site.rule is not None and site.rule.stage in (Stage.TRIAL, Stage.LIVE)
    if site.gap:
        lead, says = "NOT PROTECTED", gap_says(site.gap, site.time_zone, now)
    elif site.stopped:
        lead, says = "STOPPED", f"nothing is sent; {site.stop_reason}"
    elif relied_on and not site.protected:
        lead, says = "NOT PROTECTED", site.protected_says.removeprefix("NOT protected by the model: ")
    elif relied_on and cameras and len(silent(cameras)) == len(cameras):
        lead, says = "NOTHING IS SEEN", "no camera gives pictures"
    else:
        return ""
    lead = f"STOPPED, {lead}" if site.stopped and site.gap else lead
    return f'<div class="bw-unprotected"><b>{lead}</b> {escape(says)}</div>'


def lift_says(asked: LiftOut, *, name: str, may: bool, zone: str, now: datetime) -> str:
    """Who asked to lift a stop, and what a press of this person would do."""
    at = local(asked.at, zone, now)
    if asked.by == name:
        return f"You asked to lift at {at}. A second person must press too."
    return f"{asked.by} asked to lift at {at}; " + ("your press lifts it." if may else "a second person lifts it.")


def zone_of(sites: Sequence[SiteOut], site: str) -> str:
    """A site's time zone; the park's where the site is not among them."""
    return next((item.time_zone for item in sites if item.id == site), around.me().time_zone)
