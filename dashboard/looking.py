"""Looking: an alert's picture, clip and story."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from api.schemas.alerts import AlertOut
from dashboard import around, client, drawing
from dashboard.client import Refused
from dashboard.listing import local, tells_score

WIDE, SMALL = 1600, 320
WHY = {
    "HELD_FOR_REVIEW": "Held: this site is in trial, so nothing goes out before a ranger has said bear.",
    "OUT_OF_DOMAIN_HELD": "Held: the picture is unlike what the model has learned from. Trust your eyes.",
    "LEARNING_THE_VIEW": "Held: the camera's view is new to the model. Trust your eyes.",
    "PAUSED": "Held: a guardrail of this site failed, so nothing goes out before a ranger has said bear.",
}
"""Why an alert that waits is held, without the score."""

ONCE = {
    "HELD_FOR_REVIEW": "It was held until a ranger answered, because the site was in trial.",
    "OUT_OF_DOMAIN_HELD": "It was held: the picture is unlike what the model has learned from.",
    "LEARNING_THE_VIEW": "It was held: the camera's view was new to the model.",
    "PAUSED": "It was held until a ranger answered, because a guardrail of the site had failed.",
    "SHADOW": "The site was in shadow: nothing was sent, and nobody was asked.",
    "SENT": "The site was live: the warning went out at once, before anybody had looked.",
}
"""Why an alert was held, once it is answered."""

HIDDEN = "<style>.bw-boxes { display: none; }</style>"


def picture(alert: AlertOut, *, boxes: bool) -> None:
    """The picture as large as the page; the box over it by a key. boxes: whether they may be asked for."""
    shown = alert.boxes if boxes else []
    boxed = st.session_state.setdefault("boxed", False)
    try:
        data = client.picture(alert.picture, width=WIDE)
    except Refused as no:
        st.error(f"The picture cannot be shown: {no}. Look at the clip, or answer unsure.")
        return
    if not boxed:
        st.html(HIDDEN)
    st.html(drawing.picture(data, alt=f"alert {alert.id}, camera {alert.camera}", boxes=shown))
    if shown and st.button("Hide the box" if boxed else "Show the box", shortcut="B", key="box"):
        st.session_state["boxed"] = not boxed
        st.rerun()
    more(alert.pictures[1:])


def more(paths: Sequence[str]) -> None:
    """The other pictures, small, in order; each opens large in a tab of its own."""
    if not paths:
        return
    small = "".join(
        f'<a href="{escape(path)}&width={WIDE}" target="_blank" rel="noopener">'
        f'<img src="{escape(path)}&width={SMALL}" alt="picture {number}" loading="lazy"></a>'
        for number, path in enumerate(paths, 2)
    )
    many = "One more picture" if len(paths) == 1 else f"{len(paths)} more pictures"
    st.html(
        f'<p class="bw-line bw-quiet">{many}: look at all of them.</p><div class="bw-more-pictures">{small}</div>'
    )


def why(alert: AlertOut, zone: str, *, answered: bool) -> None:
    """Why it is held, and what has happened since. What tells the score waits for the answer."""
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


def clip(path: str) -> None:
    """The clip at a path of the API, by this browser's own sign-in, once it is asked for."""
    if not st.toggle("Show the clip", key=f"clip-{path}"):
        return
    try:
        client.probe(path)
    except Refused as no:
        st.warning(f"There is no clip: {no}")
        return
    place = escape(path)
    sources = f'<source src="{place}"><source src="{place}?of=pictures">'  # for browsers that cannot show H.265
    source = f"<video controls autoplay loop muted playsinline>{sources}</video>"
    st.html(f'<div class="bw-video">{source}</div>')
