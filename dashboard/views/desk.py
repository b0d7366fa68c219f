"""Desk watch: a person goes blind through recorded hours that the system picks, many times faster than life."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from api.schemas.desk import DeskHourOut, DeskNextIn, DeskNextOut
from api.schemas.park import CameraPage, SiteOut, SitePage
from api.schemas.watching import WatchSessionIn, WatchSessionOut, WatchSessionPage
from api.schemas.words import CameraKind, Role, WatchMode, WatchPlace
from dashboard import around, client, ending, playing
from dashboard.listing import local
from dashboard.telling import tried

LIGHTS = {"night": "Night", "day": "Day", None: "Both"}
KEYS = (
    "B: a bear, now. Space plays and stops, ← and → go by one picture, ↑ and ↓ change the speed, "
    "N: next hour, once this one was shown to its end."
)
ABOUT = (
    "You go through recorded camera hours, faster than life, and press once for each bear. The hours were drawn by "
    "chance before they began; which one comes next is chance too. What the model saw here is hidden from you "
    "until you end. An hour counts as watched, at the time it was recorded, once you saw it to its end."
)


def show() -> None:
    """Begin, look at one hour after the other, end."""
    if around.me().role is Role.AUDITOR:
        st.html('<p class="bw-line bw-quiet">Rangers watch at the desk.</p>')
        return
    sites = _with_hours()
    mine = client.get("/watch-sessions", WatchSessionPage, limit=1).mine
    if mine is None:
        _begin(sites)
    elif mine.place is not WatchPlace.DESK or mine.mode is not WatchMode.BLIND:
        st.html(
            f'<p class="bw-big">You are watching {escape(mine.site)} in the field.</p>'
            '<p class="bw-links"><a href="/manual-watch" target="_self">End that first</a></p>'
        )
    else:
        _watch(next((one for one in sites if one.id == mine.site), None), mine)


def _with_hours() -> Sequence[SiteOut]:
    """Trail cameras choose what they send: of them no hour is drawn."""
    there = {one.site for one in client.get("/cameras", CameraPage).items if one.kind is not CameraKind.TRAIL}
    return [site for site in client.get("/sites", SitePage).items if site.id in there]


def _begin(sites: Sequence[SiteOut]) -> None:
    if not sites:
        st.html('<p class="bw-big">No site that you may see has recorded hours.</p>')
        return
    st.html(f'<p class="bw-line">{ABOUT}</p>')
    names = {site.id: site.name for site in sites}
    site = st.selectbox("Site", list(names), format_func=names.__getitem__, key="desk-site", width=320)
    st.segmented_control(
        "Hours of", list(LIGHTS), default="night", format_func=LIGHTS.__getitem__, key="desk-light-asked"
    )  # fmt: skip
    if st.button("Begin", type="primary", key="desk-begin", width=320):
        st.session_state["desk-light"] = st.session_state.get("desk-light-asked")
        tried(lambda: _begun(WatchSessionIn(site=site, mode=WatchMode.BLIND, place=WatchPlace.DESK)))
        st.rerun()


def _begun(wanted: WatchSessionIn) -> str:
    client.post("/watch-sessions", WatchSessionOut, wanted)
    return "You watch blind at the desk from now on. End it below when you are done."


def _watch(site: SiteOut | None, mine: WatchSessionOut) -> None:
    zone, name = (site.time_zone, site.name) if site else (around.me().time_zone, mine.site)
    wanted = DeskNextIn(light=st.session_state.get("desk-light"))
    found = client.post(f"/watch-sessions/{mine.id}/hours", DeskNextOut, wanted)
    if found.hour is None:
        st.html('<p class="bw-big">Nothing is left for you to look at.</p>')
    else:
        _hour(found, found.hour, mine, zone)
    _left(found)
    with st.container(border=True, key="desk-end"):
        ending.panel(mine, name, zone)


def _hour(found: DeskNextOut, hour: DeskHourOut, mine: WatchSessionOut, zone: str) -> None:
    begins = local(hour.lapse.begins_at, zone, around.now())
    st.html(f'<p class="bw-line"><b>{escape(hour.lapse.camera)}</b>, the hour from {begins}</p>')
    playing.watched(hour, session=mine.id, site=mine.site, zone=zone, fastest=found.fastest)
    st.html(f'<p class="bw-line bw-quiet bw-desk">{KEYS}</p>')
    if st.button("Skip this hour: it will not count", key=f"desk-skip-{hour.hour}"):
        tried(lambda: str(client.post_raw(f"/watch-sessions/{mine.id}/hours/{hour.hour}/skip") and "Skipped."))
        st.rerun()


def _left(found: DeskNextOut) -> None:
    says = f"{found.left} more hour{'' if found.left == 1 else 's'} to look at."
    if found.known:
        says += (
            f" {found.known} left out, because you answered alerts of them or were there: somebody else should look "
            "at these, or the hours with alerts are missing in the comparison."
        )
    st.html(f'<p class="bw-line bw-quiet">{escape(says)}</p>')
