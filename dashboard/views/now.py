"""Now: what a ranger must know in three seconds."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import escape

import streamlit as st

from api.schemas.alerts import AlertOut, AlertPage
from api.schemas.incidents import IncidentPage
from api.schemas.park import CameraOut, CameraPage, SiteOut, SitePage
from api.schemas.watching import ResponsePage
from api.schemas.words import OPEN, AlertState, Stage, Verdict
from dashboard import around, client, drawing, registering, siting
from dashboard.client import Refused
from dashboard.listing import (
    SENT_UNSEEN,
    ago,
    answerable,
    by_urgency,
    hurries,
    left,
    local,
    missed,
    quiet_says,
)
from dashboard.telling import told

RECENT = 5
DAY = timedelta(hours=24)
SMALL = 320


@st.fragment(run_every=around.REFRESH_S)
@told
def show() -> None:
    """Pending alerts first, then each site."""
    now = around.now()
    waiting = client.get("/alerts", AlertPage, state=list(OPEN), limit=50).items
    recent = client.get("/alerts", AlertPage, limit=100).items
    unanswered = missed(client.get("/alerts", AlertPage, state=[AlertState.EXPIRED], limit=50).items)
    sites, cameras = client.get("/sites", SitePage).items, client.get("/cameras", CameraPage).items
    zones = {site.id: site.time_zone for site in sites}
    for alert in by_urgency(waiting):
        _pending(alert, zones.get(alert.site, "UTC"), now)
    _missed(unanswered, zones, now)
    _incidents()
    _not_told([alert for alert in recent if now - alert.raised_at < DAY])
    _not_judged([alert for alert in recent if alert.state in SENT_UNSEEN and answerable(alert)])
    if not waiting:
        st.html(f'<p class="bw-big">{escape(quiet_says(cameras, now, unanswered=len(unanswered)))}</p>')
    columns = st.columns(min(3, max(1, len(sites))))
    for place, site in enumerate(sites):
        with columns[place % len(columns)]:
            _site(site, cameras, [alert for alert in recent if alert.site == site.id], now)


def _pending(alert: AlertOut, zone: str, now: datetime) -> None:
    """One alert that waits: what, where, how long is left, and the button. No probability before the answer."""
    with st.container(key=f"pending-{alert.id}"):
        small, words, act = st.columns([2, 5, 2], vertical_alignment="center")
        with small:
            st.html(_thumb(alert))
        clock = f'<span class="bw-clock{" bw-hurry" if hurries(alert.deadline, now) else ""}">'
        mine = alert.claimed_by == around.me().name
        who = "you have" if mine else f"{escape(alert.claimed_by or '')} has"
        held = f" · {who} it open" if alert.claimed_by else ""
        words.html(
            f'<div class="bw-big"><b>Bear? {escape(alert.site_name)}</b> · {escape(alert.camera)}</div>'
            f'<p class="bw-line">{local(alert.taken_at, zone, now)}, {ago(alert.taken_at, now)} · '
            f"{clock}{left(alert.deadline, now)}</span>{held}</p>"
            f'<p class="bw-line bw-quiet">{escape(_marks(alert))}</p>'
        )
        if act.button("Review", key=f"open-{alert.id}", type="primary", width="stretch"):
            around.go("review", alert=str(alert.id))


def _missed(alerts: Sequence[AlertOut], zones: Mapping[str, str], now: datetime) -> None:
    """Alerts that nobody answered in time: of those nobody was warned."""
    if not alerts:
        return
    last = alerts[0]
    says = "1 alert was" if len(alerts) == 1 else f"{len(alerts)} alerts were"
    where = f"{last.site_name}, {local(last.raised_at, zones.get(last.site, 'UTC'), now)}"
    newest = where if len(alerts) == 1 else f"the last: {where}"
    if st.button(
        f"{says} never answered and nobody was warned ({newest}): look", key="missed", width="stretch", wrap=True
    ):
        around.go("review", alert=str(last.id))


def _incidents() -> None:
    """Bears that nobody was warned of and whose cause nobody has named."""
    page = client.get("/incidents", IncidentPage, only_open=True, limit=1)
    if page.open:
        with st.container(key="incidents-open"):
            st.page_link(st.session_state["places"]["incidents"], label=f"{registering.headline(page)}: look")


def _not_judged(sent: Sequence[AlertOut]) -> None:
    """Warnings of a live rule that went out and that nobody has looked at yet."""
    if not sent:
        return
    says = "1 warning that went out is" if len(sent) == 1 else f"{len(sent)} warnings that went out are"
    if st.button(f"{says} not judged yet: look", key="not-judged", wrap=True):
        around.go("review", alert=str(sent[0].id))


def _not_told(alerts: Sequence[AlertOut]) -> None:
    """Confirmed bears of the last day of which nobody has said what people did."""
    bears = [one for one in alerts if one.verdict is Verdict.BEAR and one.stage != Stage.SHADOW and not one.replay]
    told = {one.alert for one in client.get("/responses", ResponsePage, limit=200).items} if bears else set()
    left = [one for one in bears if one.id not in told]
    if left:
        says = "1 confirmed bear" if len(left) == 1 else f"{len(left)} confirmed bears"
        if st.button(f"{says}: what did people do? Tell it", key="not-told", wrap=True):
            around.go("review", shown=str(left[0].id))


def _marks(alert: AlertOut) -> str:
    marks = [
        "no warning goes out before a ranger says bear" if alert.stage == "trial" else f"stage {alert.stage}",
        *(["asked again, UNCONFIRMED"] if alert.unconfirmed else []),
        *(["from a replay: nothing leaves the machine"] if alert.replay else []),
    ]
    return " · ".join(marks)


def _thumb(alert: AlertOut) -> str:
    try:
        return drawing.picture(client.picture(alert.picture, width=SMALL), alt=f"alert {alert.id}")
    except Refused as no:
        return f'<div class="bw-none">no picture: {escape(str(no))}</div>'


def _site(site: SiteOut, cameras: Sequence[CameraOut], alerts: Sequence[AlertOut], now: datetime) -> None:
    mine = [camera for camera in cameras if camera.site == site.id]
    items = "".join(_recent(alert, site.time_zone, now) for alert in alerts[:RECENT])
    listed = items or '<li class="bw-quiet">no alert yet</li>'
    with st.container(border=True):
        st.html(siting.head(site, mine, now))
        around.take_watch(site, key=f"watch-{site.id}")
        st.html(f'<ul class="bw-recent">{listed}</ul>')


def _recent(alert: AlertOut, zone: str, now: datetime) -> str:
    """One line that leads to the alert."""
    told, mark = siting.stands(alert), ""
    if alert.state is AlertState.SHADOW:
        told, mark = siting.would_have(alert, zone, now), '<span class="bw-not-sent">NOT SENT</span> '
    return (
        f'<li><a href="/review?alert={alert.id}" target="_self"><time>{local(alert.raised_at, zone, now)}</time>'
        f"{escape(alert.camera)}: {mark}{escape(told)}</a></li>"
    )
