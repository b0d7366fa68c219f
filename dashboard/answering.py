"""Answering: the three buttons, and what came of the answer."""

from html import escape

import streamlit as st

from api.schemas.alerts import AlertOut, CorrectionIn, ReviewIn
from api.schemas.words import Role, Verdict
from dashboard import around, client, siting
from dashboard.drawing import words
from dashboard.listing import answerable, chance, strange
from dashboard.telling import tried

BUTTONS = ((Verdict.BEAR, "Bear", "1"), (Verdict.NOT_BEAR, "Not a bear", "2"), (Verdict.UNSURE, "Unsure", "3"))
SPECIES = ("not said", "grizzly", "black", "unknown")


def answered() -> dict[int, Verdict]:
    """This person's answers, as far as this browser knows."""
    found: dict[int, Verdict] = st.session_state.setdefault("answered", {})
    return found


def open_to_me(alert: AlertOut) -> bool:
    """Whether this person is still asked for a first answer."""
    return answerable(alert) and alert.id not in answered()


def panel(alert: AlertOut, *, held_by_another: bool) -> None:
    """The question, or what came of it."""
    if not open_to_me(alert):
        _outcome(alert, answered().get(alert.id) or alert.verdict)
    elif not held_by_another or around.me().role in (Role.SUPERVISOR, Role.ADMIN):
        _question(alert)


def _outcome(alert: AlertOut, said: Verdict | None) -> None:
    if said is not None:
        st.html(f'<p class="bw-big"><b>{escape(siting.after_answer(alert, said))}</b></p>')
    st.html(
        f'<p class="bw-line">{escape(siting.stands(alert))}</p>'
        f'<p class="bw-line">The model saw {escape(words(alert.label))}: {escape(chance(alert.p_bear))}; '
        f"{escape(strange(alert.out_of_domain_p))}.</p>"
        f'<p class="bw-line bw-quiet">{escape(alert.says)}</p>'
    )
    if answerable(alert):
        if st.button("Answer it after all", key=f"again-{alert.id}"):
            answered().pop(alert.id, None)
            st.rerun()
    elif said is not None:
        _correction(alert, said)


def _question(alert: AlertOut) -> None:
    with st.container(key="answers"):
        for column, (verdict, label, key) in zip(st.columns(3), BUTTONS, strict=True):
            if column.button(label, shortcut=key, key=f"answer-{verdict}-{alert.id}", width="stretch", wrap=True):
                _answer(alert, verdict)
    with st.expander("Species or a note (optional, before the answer)"):
        st.segmented_control("Species", SPECIES, default=SPECIES[0], key=f"species-{alert.id}")
        st.text_area("Note", key=f"note-{alert.id}", max_chars=2000)
    if alert.stage == "trial":
        st.html('<p class="bw-line bw-quiet">Only “Bear” sends a warning.</p>')


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
    with st.expander("Change the answer"):
        others = [verdict for verdict in Verdict if verdict is not said]
        chosen = st.segmented_control("It was", others, format_func=_said, key=f"other-{alert.id}")
        note = st.text_input("Why", key=f"why-{alert.id}", max_chars=2000)
        if st.button("Change it", key=f"change-{alert.id}", disabled=chosen is None) and chosen is not None:
            _correct(alert, Verdict(chosen), note)


def _said(verdict: Verdict) -> str:
    return siting.SAID[verdict]


def _correct(alert: AlertOut, verdict: Verdict, note: str) -> None:
    def send() -> str:
        client.post(f"/alerts/{alert.id}/correct", AlertOut, CorrectionIn(verdict=verdict, note=note or None))
        answered()[alert.id] = verdict
        return f"Changed: {siting.SAID[verdict]}."

    tried(send)
    st.rerun()
