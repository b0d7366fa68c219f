"""What stands around every page: the dangers, the red button, and the mark of a page grown old."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Literal

import streamlit as st

from api.schemas.park import CameraPage, SiteOut, SitePage
from api.schemas.people import MeOut
from api.schemas.rules import StopIn, StopOut
from api.schemas.words import Role
from dashboard import client
from dashboard.dangers import Danger, dangers, together
from dashboard.telling import told, tried

REFRESH_S = 5
OLD = (
    '<div class="bw-old" role="alert" data-at="{at}"><div>This page is no longer fresh: nothing has come from '
    "Bearwatch for 20 seconds. Trust the manual watch, and load the page again.</div></div>"
)
"""Hidden by a delay that each refresh begins anew: a page whose server died says so by itself."""


def now() -> datetime:
    """The server's clock, which the API's times are of too."""
    return datetime.now(UTC)


def me() -> MeOut:
    """Who is signed in, as of this drawing of the page."""
    found: MeOut = st.session_state["me"]
    return found


def go(place: str, **query: str) -> None:
    """Leave for another page."""
    st.switch_page(st.session_state["places"][place], query_params=query)


@st.fragment(run_every=REFRESH_S)
@told
def banner() -> None:
    """The dangers, fresh every few seconds."""
    at = now()
    st.html(OLD.format(at=at.isoformat()))
    sites, cameras = client.get("/sites", SitePage), client.get("/cameras", CameraPage)
    st.session_state["sites"] = sites
    lines = dangers(sites, cameras.items, me(), at)
    _lines(lines)
    _draw_anew_after_a_change(sites)


def _draw_anew_after_a_change(sites: SitePage) -> None:
    """Draw the whole page again when somebody has stopped a site or moved a rule meanwhile."""
    seen = [
        (site.id, site.stopped, site.watch_needed, site.lift_asked, site.rule and site.rule.rule,
         site.rule and site.rule.narrowed, [alarm.id for alarm in site.alarms],
         [(rule.rule, rule.state, len(rule.approvals)) for rule in site.proposals])
        for site in sites.items
    ] + [sites.all_stopped, sites.all_lift_asked]  # fmt: skip
    before = st.session_state.get("seen")
    st.session_state["seen"] = seen
    if before is not None and before != seen:
        st.rerun(scope="app")


def _lines(lines: Sequence[Danger]) -> None:
    """One red bar is shown whole; several are one that opens, so that they leave room for the page."""
    red = [line for line in lines if line.red]
    several = len(red) > 1
    opened = st.session_state.setdefault("dangers_open", False)
    if several:
        st.button(together(red), key="dangers", on_click=_turn, width="stretch", wrap=True,
                  icon=f":material/{'expand_less' if opened else 'expand_more'}:")  # fmt: skip
    for number, line in enumerate(red if opened or not several else []):
        _bar(number, line, whole=several)
    for line in lines:
        if not line.red:
            st.html(_words(line))


def _turn() -> None:
    st.session_state["dangers_open"] = not st.session_state["dangers_open"]


def _bar(number: int, line: Danger, *, whole: bool) -> None:
    """One danger, and beside it what a person can do about it. whole: nothing is cut off on a phone."""
    with st.container(key=f"danger-{number}", horizontal=True, vertical_alignment="center"):
        st.html(_words(line, whole=whole))
        for site in line.watch:
            says = "I take the manual watch" if len(line.watch) == 1 else f"I watch {site.name}"
            take_watch(site, says=says, key=f"bar-watch-{site.id}", width="content")


def _words(line: Danger, *, whole: bool = False) -> str:
    classes = " ".join(["bw-danger", *(["bw-red"] if line.red else []), *(["bw-whole"] if whole else [])])
    return (
        f'<div class="{classes}" role="{"alert" if line.red else "note"}">'
        f"<div><b>{escape(line.lead)}</b>{escape(line.says)}</div></div>"
    )


def take_watch(
    site: SiteOut,
    *,
    key: str,
    says: str = "I take the manual watch",
    width: Literal["content", "stretch"] = "stretch",
) -> None:
    """The button by which a named person takes the manual watch; for those who may, where nobody has."""
    if site.watch_needed and me().role is not Role.AUDITOR and st.button(says, key=key, width=width):
        tried(lambda: str(client.post_raw(f"/sites/{site.id}/watch-accept").json().get("says", "taken")))
        st.rerun()


def stop_button() -> None:
    """The red button of every page: it opens, and one press stops a site or all, with a reason or without."""
    page: SitePage | None = st.session_state.get("sites")
    running = [site for site in page.items if not site.stopped] if page is not None else []
    if me().role is Role.AUDITOR or page is None or not running:
        return
    with st.container(key="stop-now"), st.popover("STOP", icon=":material/front_hand:"):
        st.html('<p class="bw-line">Nothing is sent from now on. It needs nobody else; lifting takes two people.</p>')
        reason = st.text_input("Why (optional)", key="stop-now-reason")
        for site in running:
            if st.button(f"Stop {site.name}", key=f"stop-now-{site.id}", width="stretch", wrap=True):
                press_stop(site.id, reason)
        everywhere = len(page.items) > 1 and not me().sites and not page.all_stopped
        if everywhere and st.button("Stop ALL SITES", key="stop-now-all", width="stretch"):
            press_stop(None, reason)


def press_stop(site: str | None, reason: str = "") -> None:
    """Stop one site or (None) all, and say what is stopped."""
    told = StopIn(site=site, reason=reason.strip())
    tried(lambda: f"Stopped: {', '.join(client.post('/stop', StopOut, told).stopped)}. Nothing is sent.")
    st.rerun()
