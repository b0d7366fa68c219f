"""Responding: what people did about a bear, told with one press, and the patrol that goes out because of an alert."""

from collections.abc import Sequence
from datetime import timedelta
from html import escape

import streamlit as st

from api.schemas.alerts import AlertOut
from api.schemas.watching import ResponseIn, ResponseOut, ResponsePage, WatchSessionIn, WatchSessionOut
from api.schemas.words import Did, Role, Verdict, WatchMode
from dashboard import around, client, watch_words
from dashboard.telling import tried

WHEN = {0: "Now", 15: "15 min", 60: "1 h"}


def panel(alert: AlertOut, zone: str) -> None:
    """What was done about a confirmed alert; nothing for any other."""
    if alert.verdict is not Verdict.BEAR or alert.replay:
        return
    with st.container(border=True, key="responses"):
        st.html('<p class="bw-line"><b>What did people do?</b></p>')
        told = client.get("/responses", ResponsePage, site=alert.site, alert=alert.id).items
        done(told, zone, alert=alert.id)
        if around.me().role is not Role.AUDITOR and st.button(
            "I go on patrol because of it", key=f"patrol-{alert.id}", width="stretch", wrap=True,
            help="Starts a watch that is marked: it is no part of the manual baseline.",
        ):  # fmt: skip
            _patrol(alert)


def done(told: Sequence[ResponseOut], zone: str, *, alert: int | None = None, sighting: int | None = None) -> None:
    """What was told of one alert or one sighting, and the buttons to tell more."""
    now, of = around.now(), f"{alert or ''}-{sighting or ''}"
    for row in told:
        st.html(f'<p class="bw-line">{escape(watch_words.response(row, zone, now))}</p>')
    if around.me().role is Role.AUDITOR:
        return
    ago = st.segmented_control(
        "How long ago", list(WHEN), default=0, format_func=WHEN.__getitem__, key=f"did-when-{of}"
    ) or 0  # fmt: skip
    with st.container(horizontal=True, key=f"did-{of}"):
        for did, says in watch_words.DID.items():
            if st.button(says, key=f"did-{did.value}-{of}", wrap=True):
                _tell(did, ago, alert, sighting)


def _tell(did: Did, ago: int, alert: int | None, sighting: int | None) -> None:
    at = (around.now() - timedelta(minutes=ago)).replace(second=0, microsecond=0)

    def send() -> str:
        client.post("/responses", ResponseOut, ResponseIn(alert=alert, sighting=sighting, did=did, at=at))
        return f"Noted: {watch_words.DID[did].lower()}."

    tried(send)
    st.rerun()


def _patrol(alert: AlertOut) -> None:
    def send() -> str:
        wanted = WatchSessionIn(site=alert.site, mode=WatchMode.ROUTINE, alert=alert.id)
        client.post("/watch-sessions", WatchSessionOut, wanted)
        return f"You are on patrol because of alert {alert.id}. End it here when you are back."

    if tried(send):
        around.go("watch")
    st.rerun()
