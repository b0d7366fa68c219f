"""Ending a watch: one press, and where it was blind the answer to one question."""

from html import escape

import streamlit as st

from api.schemas.watching import EndWatchIn, WatchSessionOut
from api.schemas.words import WatchMode
from dashboard import around, client, watch_words
from dashboard.telling import tried

ASKED = "Were you told what the model saw, by a message, a radio call or a person? A yes is no fault."


def panel(row: WatchSessionOut, site: str, zone: str) -> None:
    """What is going on, and how it ends."""
    says = watch_words.going_on(row, site, zone, around.now())
    st.html(f'<p class="bw-big"><b>{escape(says)}</b></p>')
    if row.alert is not None:
        st.html(f'<p class="bw-line bw-quiet">A patrol because of alert {row.alert}: no part of the baseline.</p>')
    if row.mode is not WatchMode.BLIND:
        if st.button("End the watch", key="end-watch", width="stretch"):
            _end(row, None)
        return
    st.html(f'<p class="bw-line">To end: {ASKED}</p>')
    with st.container(horizontal=True, key="end-asked"):
        if st.button("No: end it", key="end-no", width="stretch"):
            _end(row, False)
        if st.button("Yes: end it", key="end-yes", width="stretch"):
            _end(row, True)


def _end(row: WatchSessionOut, told: bool | None) -> None:
    def send() -> str:
        ended = client.post(f"/watch-sessions/{row.id}/end", WatchSessionOut, EndWatchIn(told_otherwise=told))
        return f"Ended: {watch_words.counted(ended)}."

    tried(send)
    st.rerun()
