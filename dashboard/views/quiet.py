"""Quiet places: where false boxes keep falling. An admin accepts one until a day, a supervisor refuses or ends it."""

from collections.abc import Mapping, Sequence

import streamlit as st

from api.schemas.masks import EndIn
from api.schemas.park import CameraOut
from api.schemas.quiet import AcceptIn, QuietOut, QuietPage
from api.schemas.words import QuietState, Role
from dashboard import around, client, drawing, quieted
from dashboard.client import Refused
from dashboard.telling import tried

LEADS = (Role.SUPERVISOR, Role.ADMIN)
SHOWN = 6


def show(cameras: Sequence[CameraOut], zones: Mapping[str, str]) -> None:
    """Proposals and what is in force; the history below. zones: time zones by site."""
    waits = sum(camera.quiet_proposed for camera in cameras)
    if not st.toggle(f"Repeated false alarms ({waits} proposed)", key="quiet"):
        return
    items, zone = client.get("/quiet-places", QuietPage).items, {one.id: zones[one.site] for one in cameras}
    for state in (QuietState.PROPOSED, QuietState.ACCEPTED):
        for item in [one for one in items if one.state is state]:
            with st.container(border=True, key=f"quiet-{item.id}"):
                _one(item, zone[item.camera])
    before = [one for one in items if one.state in (QuietState.REFUSED, QuietState.ENDED)]
    if not items:
        st.html('<p class="bw-line">At no place do false alarms repeat themselves.</p>')
    if before:
        rows = [quieted.row(item, zone[item.camera], around.now()) for item in before]
        st.html(drawing.table(quieted.HEAD, rows))


def _one(item: QuietOut, zone: str) -> None:
    """Where it is, what is behind it, and what can be said of it."""
    seen, asked = st.columns([2, 3])
    with seen:
        st.html(_pictures(item))
    with asked:
        st.html(quieted.words(item, zone, around.now()))
        if item.state is QuietState.PROPOSED:
            _answer(item)
        else:
            _end(item)


def _pictures(item: QuietOut) -> str:
    """The newest pictures behind it that are still kept, with the place on the first."""
    found: list[str] = []
    for number, path in enumerate(item.pictures[:SHOWN]):
        try:
            over = "" if found else quieted.over(item)
            found.append(drawing.picture(client.picture(path), alt=f"false alarm {number + 1}", over=over))
        except Refused:
            continue
    return "".join(found) or '<div class="bw-none">no picture of it is kept any more</div>'


def _answer(item: QuietOut) -> None:
    if around.me().role not in LEADS:
        return
    with st.form(f"quiet-form-{item.id}", border=False):
        why = st.text_input("Why", key=f"quiet-why-{item.id}", max_chars=500).strip()
        days = st.number_input("For so many days", min_value=1, max_value=180, value=90, key=f"quiet-days-{item.id}")
        with st.container(horizontal=True):
            yes = around.me().role is Role.ADMIN and st.form_submit_button("Accept until then")
            no = st.form_submit_button("Refuse: ask as before")
    if yes:
        _send(
            item, "accept", AcceptIn(why=why, days=int(days)) if why else None, "It asks nobody by itself until then."
        )
    elif no:
        _send(item, "refuse", EndIn(why=why) if why else None, "Refused: everything stays as it is.")


def _end(item: QuietOut) -> None:
    if around.me().role not in LEADS:
        return
    with st.expander("End it"), st.form(f"quiet-end-{item.id}", border=False):
        why = st.text_input("Why does it end", max_chars=500).strip()
        if st.form_submit_button("Ask as before from now on"):
            _send(item, "end", EndIn(why=why) if why else None, "Ended. It stays in the list below.")


def _send(item: QuietOut, act: str, told: AcceptIn | EndIn | None, says: str) -> None:
    def send() -> str:
        if told is None:
            raise Refused("say in a few words why", 422)
        client.post(f"/quiet-places/{item.id}/{act}", QuietOut, told)
        return says

    tried(send)
    st.rerun()
