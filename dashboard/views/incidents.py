"""Incidents: bears that nobody was warned of; a supervisor says by name why."""

from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from api.schemas.incidents import IncidentOut, IncidentPage, NameCauseIn
from api.schemas.park import SitePage
from api.schemas.words import IncidentCause, Role
from dashboard import around, client, registering
from dashboard.listing import local
from dashboard.telling import tried

MAY = (Role.SUPERVISOR, Role.ADMIN)
ALL = "All sites"
MEANS = (
    "A bear was there while the model was to warn people, and no warning reached them. It stays here with its cause: "
    "that is how we learn what to mend."
)


def show() -> None:
    """How many wait, then each of them."""
    names = {site.id: site.name for site in client.get("/sites", SitePage).items}
    asked = st.query_params.get("site", "")
    order = ["", *names]
    site = str(
        st.selectbox(
            "Site", order, index=order.index(asked) if asked in order else 0, key="incidents-site", width=260,
            format_func=lambda name: names.get(name, ALL),
        )
    )  # fmt: skip
    page = client.get("/incidents", IncidentPage, site=site or None, limit=100)
    mark = "bw-unprotected" if page.open else "bw-line"
    st.html(f'<div class="{mark}"><b>{escape(registering.headline(page))}.</b></div>')
    st.html(f'<p class="bw-line bw-quiet">{escape(MEANS)}</p>')
    for item in registering.first(page.items):
        with st.container(border=True, key=f"incident-{item.id}"):
            _one(item)
    if page.next:
        st.html('<p class="bw-line bw-quiet">Older ones: choose a site, or `bearwatch incidents`.</p>')
    st.html(registering.not_counted(page))


def _one(item: IncidentOut) -> None:
    """When and what, why that may be, what somebody said, and the form for those who may."""
    when = local(item.at, item.time_zone, around.now())
    st.html(f'<div class="bw-big"><b>{escape(when)}</b> · {escape(item.says)}</div>{registering.cause(item)}')
    if item.cause is None:
        st.html(registering.facts(item))
    st.html(registering.ways(item, f"{item.at.astimezone(ZoneInfo(item.time_zone)).date()}"))
    if around.me().role in MAY:
        _form(item)
    elif item.cause is None:
        st.html('<p class="bw-line bw-quiet">A supervisor of the site names the cause.</p>')


def _form(item: IncidentOut) -> None:
    """The suggestion is chosen already; nothing is written before the button is pressed."""
    with st.expander("Name the cause" if item.cause is None else "Name another cause", expanded=item.cause is None):
        causes = list(registering.CAUSES)
        held = item.cause.cause if item.cause else item.suggested
        cause = st.selectbox(
            "Why was nobody warned?", causes, format_func=registering.CAUSES.__getitem__, index=causes.index(held),
            key=f"incident-cause-{item.id}",
        )  # fmt: skip
        note = st.text_input("What was found (optional)", key=f"incident-note-{item.id}", max_chars=500).strip()
        lacks = cause is IncidentCause.OTHER and not note
        says = f"Say so as {around.me().name}"
        if st.button(says, key=f"incident-say-{item.id}", disabled=lacks, width="stretch", wrap=True):
            _send(item, NameCauseIn(cause=cause, note=note or None))


def _send(item: IncidentOut, told: NameCauseIn) -> None:
    def send() -> str:
        client.post(f"/incidents/{item.id}/cause", IncidentOut, told)
        return "Written down. It stays on record, in the audit and in the week's report."

    tried(send)
    st.rerun()
