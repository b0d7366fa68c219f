"""Looking: an alert's picture, clip and story."""

from html import escape

import streamlit as st

from api.schemas.alerts import AlertOut
from dashboard import around, client, drawing
from dashboard.client import Refused
from dashboard.listing import local, tells_score

WIDE = 1600
WHY = {
    "HELD_FOR_REVIEW": "Held: this site is in trial, so nothing goes out before a ranger has said bear.",
    "OUT_OF_DOMAIN_HELD": "Held: the picture is unlike what the model has learned from. Trust your eyes.",
    "LEARNING_THE_VIEW": "Held: the camera's view is new to the model. Trust your eyes.",
    "PAUSED": "Held: a guardrail of this site failed, so nothing goes out before a ranger has said bear.",
    "SHADOW": "The site is in shadow: nothing was sent, and nobody was asked.",
    "SENT": "The site is live: the warning went out at once. Say whether it was right.",
}
"""Why an alert is held, without the score."""

ONCE = {
    "HELD_FOR_REVIEW": "It was held until a ranger answered, because the site was in trial.",
    "OUT_OF_DOMAIN_HELD": "It was held: the picture is unlike what the model has learned from.",
    "LEARNING_THE_VIEW": "It was held: the camera's view was new to the model.",
    "PAUSED": "It was held until a ranger answered, because a guardrail of the site had failed.",
    "SHADOW": "The site was in shadow: nothing was sent, and nobody was asked.",
    "SENT": "The site was live: the warning went out at once, before anybody had looked.",
}
"""The same once somebody has answered."""

HIDDEN = "<style>.bw-boxes { display: none; }</style>"


def picture(alert: AlertOut) -> None:
    """The picture as large as the page; the box over it by a key."""
    boxed = st.session_state.setdefault("boxed", False)
    try:
        data = client.picture(alert.picture, width=WIDE)
    except Refused as no:
        st.error(f"The picture cannot be shown: {no}. Look at the clip, or answer unsure.")
        return
    if not boxed:
        st.html(HIDDEN)
    st.html(drawing.picture(data, alt=f"alert {alert.id}, camera {alert.camera}", boxes=alert.boxes))
    if alert.boxes and st.button("Hide the box" if boxed else "Show the box", shortcut="B", key="box"):
        st.session_state["boxed"] = not boxed
        st.rerun()


def why(alert: AlertOut, zone: str, *, answered: bool) -> None:
    """Why it was held, and what has happened since. What tells the score waits for the answer."""
    now = around.now()
    moments = [moment for moment in alert.timeline if answered or not tells_score(moment.says)]
    told = "".join(
        f"<li><time>{local(moment.at, zone, now)}</time>{escape(moment.who)}: {escape(moment.says)}</li>"
        for moment in moments
    )
    held = why_held(alert, answered=answered)
    st.html(f'<p class="bw-line">{escape(held)}</p><ul class="bw-recent">{told}</ul>')


def why_held(alert: AlertOut, *, answered: bool) -> str:
    """Why it is held; once somebody has answered, why it was."""
    return (ONCE if answered else WHY).get(alert.reason.value, "")


def clip(alert: AlertOut) -> None:
    """The clip, straight from the API with this browser's own sign-in, once it is asked for."""
    if not st.toggle("Show the clip", key=f"clip-{alert.id}"):
        return
    try:
        client.probe(alert.clip)
    except Refused as no:
        st.warning(f"There is no clip: {no}")
        return
    place = escape(alert.clip)
    sources = f'<source src="{place}"><source src="{place}?of=pictures">'  # for browsers that cannot show H.265
    source = f"<video controls autoplay loop muted playsinline>{sources}</video>"
    st.html(f'<div class="bw-video">{source}</div>')
