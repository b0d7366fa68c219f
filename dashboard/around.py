"""What stands around every page: the way to the others, the dangers, and the mark of a page grown old."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from api.schemas.park import CameraPage, SitePage
from api.schemas.people import MeOut
from dashboard import client
from dashboard.dangers import Danger, dangers
from dashboard.telling import told

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


def ways(places: Mapping[str, StreamlitPage]) -> None:
    """Links to the pages: on top on a desk, under the thumb on a phone."""
    st.session_state["places"] = places
    with st.container(key="nav", horizontal=True):
        for page in places.values():
            st.page_link(page)


@st.fragment(run_every=REFRESH_S)
@told
def banner() -> None:
    """The dangers, fresh every few seconds."""
    at = now()
    st.html(OLD.format(at=at.isoformat()))
    sites, cameras = client.get("/sites", SitePage), client.get("/cameras", CameraPage)
    lines = dangers(sites, cameras.items, me(), at)
    if lines:
        st.html(_lines(lines))
    _draw_anew_after_a_change(sites)


def _draw_anew_after_a_change(sites: SitePage) -> None:
    """Draw the whole page again when somebody has stopped a site or moved a rule meanwhile."""
    seen = [
        (site.id, site.stopped, site.watch_needed, site.rule and site.rule.rule,
         [(rule.rule, rule.state, len(rule.approvals)) for rule in site.proposals])
        for site in sites.items
    ]  # fmt: skip
    before = st.session_state.get("seen")
    st.session_state["seen"] = seen
    if before is not None and before != seen:
        st.rerun(scope="app")


def _lines(lines: Sequence[Danger]) -> str:
    return "".join(
        f'<div class="bw-danger{" bw-red" if line.red else ""}" role="{"alert" if line.red else "note"}">'
        f"<div><b>{escape(line.lead)}</b>{escape(line.says)}</div></div>"
        for line in lines
    )
