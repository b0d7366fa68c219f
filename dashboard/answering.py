"""Answering: the three buttons, and what came of the answer."""

from contextlib import suppress
from html import escape

import streamlit as st

from api.schemas.alerts import AlertOut, CorrectionIn, ReviewIn
from api.schemas.words import OPEN, AlertState, Role, Verdict
from dashboard import around, client, siting
from dashboard.client import Refused
from dashboard.drawing import words
from dashboard.listing import answerable, chance, held_by, strange
from dashboard.telling import tried

BUTTONS = ((Verdict.BEAR, "Bear", "1"), (Verdict.NOT_BEAR, "Not a bear", "2"), (Verdict.UNSURE, "Unsure", "3"))
HELD = "The others see that you are looking."
USED_UP = "You have held this alert for three minutes: others are asked too. You may still answer."
SPECIES = ("not said", "grizzly", "black", "unknown")


def answered() -> dict[int, Verdict]:
    """This person's answers, as far as this browser knows."""
    found: dict[int, Verdict] = st.session_state.setdefault("answered", {})
    return found


def open_to_me(alert: AlertOut) -> bool:
    """Whether this person is still asked for a first answer."""
    return answerable(alert) and alert.id not in answered()


def take(number: int) -> None:
    """Tell the others that this person has opened an alert, where nobody else is at it.

    Only for a click, a key or a link: a page that draws itself anew claims nothing.
    """
    alert = client.get(f"/alerts/{number}", AlertOut)
    free = held_by(alert, name=around.me().name, now=around.now()) is None
    if free and alert.state in OPEN and open_to_me(alert) and around.me().role is not Role.AUDITOR:
        with suppress(Refused):
            client.post(f"/alerts/{number}/claim", AlertOut)


def panel(alert: AlertOut) -> None:
    """The question, or who else is at it, or what came of it."""
    me = around.me()
    holder = held_by(alert, name=me.name, now=around.now())
    if not open_to_me(alert):
        _outcome(alert, answered().get(alert.id) or alert.verdict)
    elif me.role is Role.AUDITOR:
        st.info("You may look at it; rangers answer it.")
    elif holder is None:
        _question(alert)
    else:
        st.warning(f"{holder} is looking at this alert.", icon=":material/person:")
        if me.role in (Role.SUPERVISOR, Role.ADMIN) and st.button("Take it over", key=f"over-{alert.id}"):
            _ask(f"/alerts/{alert.id}/claim?take_over=true", "You have it now.")


def _ask(path: str, says: str) -> None:
    def send() -> str:
        done = client.post(path, AlertOut)
        return says if done.claimed_by == around.me().name else USED_UP

    tried(send)
    st.rerun()


def _outcome(alert: AlertOut, said: Verdict | None) -> None:
    if said is not None:
        st.html(f'<p class="bw-big"><b>{escape(siting.after_answer(alert, said))}</b></p>')
    if around.me().role is not Role.AUDITOR:
        _send_now(alert)
    st.html(
        f'<p class="bw-line">{escape(siting.stands(alert))}</p>'
        f'<p class="bw-line">The model saw {escape(words(alert.label))}: {escape(chance(alert.p_bear))}; '
        f"{escape(strange(alert.out_of_domain_p))}.</p>"
        f'<p class="bw-line bw-quiet">{escape(alert.says)}</p>'
    )
    if around.me().role is Role.AUDITOR:
        return
    if answerable(alert):
        if st.button("Answer it after all", key=f"again-{alert.id}"):
            answered().pop(alert.id, None)
            st.rerun()
    elif said is not None:
        _correction(alert, said)


def _send_now(alert: AlertOut) -> None:
    """A warning that was withheld, and that nothing withholds any more."""
    may = alert.state is AlertState.WITHHELD and alert.no_warning is None
    if may and st.button("Send the warning now", key=f"send-{alert.id}", type="primary", width="stretch"):
        _correct(alert, Verdict.BEAR, "", says="The warning is on its way.")


def _question(alert: AlertOut) -> None:
    with st.container(key="answers"):
        if alert.no_warning is not None:
            st.html(f'<p class="bw-line bw-not-sent">{escape(siting.no_warning(alert))}</p>')
        for column, (verdict, label, key) in zip(st.columns(3), BUTTONS, strict=True):
            if column.button(label, shortcut=key, key=f"answer-{verdict}-{alert.id}", width="stretch", wrap=True):
                _answer(alert, verdict)
    if alert.stage == "trial" and alert.no_warning is None:
        st.html('<p class="bw-line bw-quiet">Only “Bear” sends a warning.</p>')
    if alert.state in OPEN:
        _mine(alert)
    with st.expander("Species or a note (optional, before the answer)"):
        st.segmented_control("Species", SPECIES, default=SPECIES[0], key=f"species-{alert.id}")
        st.text_area("Note", key=f"note-{alert.id}", max_chars=2000)


def _mine(alert: AlertOut) -> None:
    """Whether the others know that this person is looking, and the way to change that."""
    if alert.claimed_by != around.me().name:
        if st.button("I am looking: tell the others", shortcut="L", key=f"take-{alert.id}", width="stretch"):
            _ask(f"/alerts/{alert.id}/claim", HELD)
    elif st.button("Leave it to somebody else", key=f"leave-{alert.id}", width="stretch"):
        client.post(f"/alerts/{alert.id}/release", AlertOut)
        around.go("now")


def _answer(alert: AlertOut, verdict: Verdict) -> None:
    species = st.session_state.get(f"species-{alert.id}")
    note = st.session_state.get(f"note-{alert.id}") or None
    told = ReviewIn(verdict=verdict, species=None if species in (None, SPECIES[0]) else species, note=note)

    def send() -> str:
        client.post(f"/alerts/{alert.id}/review", AlertOut, told)
        answered()[alert.id] = verdict
        return f"Your answer is kept: {siting.SAID[verdict]}."

    tried(send)
    st.rerun()


def _correction(alert: AlertOut, said: Verdict) -> None:
    """Another verdict after the first. No shortcut: it must be meant."""
    other = Verdict.NOT_BEAR if said is Verdict.BEAR else Verdict.BEAR
    with st.expander("Change the answer"):
        if other is Verdict.BEAR and alert.no_warning is not None:
            st.html(f'<p class="bw-line bw-not-sent">{escape(siting.no_warning(alert))}</p>')
        note = st.text_input("Why", key=f"why-{alert.id}", max_chars=2000)
        if st.button(f"It was {siting.SAID[other]}", key=f"change-{alert.id}"):
            _correct(alert, other, note)


def _correct(alert: AlertOut, verdict: Verdict, note: str, *, says: str | None = None) -> None:
    def send() -> str:
        client.post(f"/alerts/{alert.id}/correct", AlertOut, CorrectionIn(verdict=verdict, note=note or None))
        answered()[alert.id] = verdict
        return says or f"Changed: {siting.SAID[verdict]}."

    tried(send)
    st.rerun()
