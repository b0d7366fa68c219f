"""Looks on the page Review: they are asked as an alert is, and say what they were only after the answer."""

from contextlib import suppress
from html import escape

import streamlit as st

from api.schemas.looks import LookAnswerIn, LookLeftOut, LookNextOut, LookOut, LookToldOut, LookWaitsOut
from api.schemas.words import Role, Stage, Verdict
from dashboard import around, client, drawing, looking
from dashboard.answering import BUTTONS, HELD, SPECIES
from dashboard.client import Refused
from dashboard.listing import left, local
from dashboard.telling import tried

SHOWN, TOLD = "look", "look-told"


def wait() -> bool:
    """Whether there is one for this person; none is taken by asking."""
    if around.me().role is Role.AUDITOR:
        return False
    return client.get("/looks/next", LookWaitsOut).waits


def take() -> LookOut | None:
    """The next one, into this person's hands."""
    if around.me().role is Role.AUDITOR:
        return None
    found = client.post("/looks/next", LookNextOut).look
    st.session_state[SHOWN] = found
    st.session_state.pop(TOLD, None)
    return found


def in_hand() -> LookOut | None:
    """The one that this browser shows."""
    found: LookOut | None = st.session_state.get(SHOWN)
    return found


def forget() -> None:
    """Show it no more."""
    st.session_state.pop(SHOWN, None)
    st.session_state.pop(TOLD, None)


def told() -> LookToldOut | None:
    """What it was, once it is answered."""
    found: LookToldOut | None = st.session_state.get(TOLD)
    return found


def head(look: LookOut) -> str:
    """The same head as an alert's."""
    now = around.now()
    clock = f'<span class="bw-clock">{left(look.given_until, now)}</span>' if look.stage is Stage.TRIAL else ""
    marks = [clock] if clock and told() is None else []
    marks += ['<span class="bw-not-sent">demo scenery model</span>'] if look.demo_model else []
    return (
        f'<div class="bw-big"><b>{escape(look.site_name)}</b> · {escape(look.camera)}</div>'
        f'<p class="bw-line">{" · ".join(marks) or "&nbsp;"}</p>'
    )


def over(look: LookOut) -> bool:
    """Whether it is no longer in this person's hands."""
    return told() is None and around.now() >= look.given_until


def picture(look: LookOut) -> None:
    """The large picture and the small ones."""
    try:
        data = client.picture(look.pictures[0], width=looking.WIDE)
    except Refused as no:
        st.error(f"The picture cannot be shown: {no}. Look at the clip, or answer unsure.")
        return
    st.html(drawing.picture(data, alt=f"camera {look.camera}"))
    looking.more(look.pictures[1:])


def panel(look: LookOut, zone: str) -> None:
    """The question, or what it was."""
    found = told()
    if found is not None:
        _outcome(found, zone)
        return
    with st.container(key="answers"):
        for column, (verdict, label, key) in zip(st.columns(3), BUTTONS, strict=True):
            if column.button(label, shortcut=key, key=f"answer-{verdict}-l{look.id}", width="stretch", wrap=True):
                _answer(look, verdict)
    if look.stage is Stage.TRIAL:
        st.html('<p class="bw-line bw-quiet">Only “Bear” sends a warning.</p>')
        _mine(look)
    with st.expander("Species or a note (optional, before the answer)"):
        st.segmented_control("Species", SPECIES, default=SPECIES[0], key=f"species-l{look.id}")
        st.text_area("Note", key=f"note-l{look.id}", max_chars=2000)


def _mine(look: LookOut) -> None:
    """It is held already: the others are given another."""
    key = f"held-l{look.id}"
    if not st.session_state.get(key):
        if st.button("I am looking: tell the others", shortcut="L", key=f"take-l{look.id}", width="stretch"):
            st.session_state[key] = True
            st.session_state["told"] = ("yes", HELD)
            st.rerun()
    elif st.button("Leave it to somebody else", key=f"leave-l{look.id}", width="stretch"):
        with suppress(Refused):
            client.post(f"/looks/{look.id}/leave", LookLeftOut)
        forget()
        around.go("now")


def _answer(look: LookOut, verdict: Verdict) -> None:
    species = st.session_state.get(f"species-l{look.id}")
    note = st.session_state.get(f"note-l{look.id}") or None
    said = LookAnswerIn(verdict=verdict, species=None if species in (None, SPECIES[0]) else species, note=note)

    def send() -> str:
        st.session_state[TOLD] = client.post(f"/looks/{look.id}/answer", LookToldOut, said)
        return "Your answer is kept."

    if tried(send) is None:
        forget()
    st.rerun()


def _outcome(found: LookToldOut, zone: str) -> None:
    red = " bw-not-sent" if found.right is False else ""
    now = around.now()
    span = f"{local(found.since, zone, now)} to {local(found.until, zone, now)}"
    st.html(
        f'<p class="bw-big{red}"><b>{escape(found.says)}</b></p>'
        f'<p class="bw-line bw-quiet">Camera {escape(found.camera)}, {span}.</p>'
    )
