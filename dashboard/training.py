"""Training: the next one from the pictures as they are now, and how the last one goes."""

from html import escape

import streamlit as st

from api.schemas.cleaning import JobState, TrainIn, TrainingOut
from dashboard import around, client
from dashboard.listing import ago
from dashboard.telling import told, tried

REFRESH_S = 3


def panel(run: str) -> None:
    """The last training that was started here, fresh every few seconds, and the button of the next."""
    st.subheader("Next training")

    @st.fragment(run_every=REFRESH_S)
    @told
    def now() -> None:
        found = client.get("/cleaning/training", TrainingOut, run=run)
        _stands(found)
        if found.state is JobState.RUNNING:
            _stop()
        elif found.installed:
            _start(run, found)
        elif found.command is not None:
            st.html('<p class="bw-line">This machine cannot train. On one that can, with the same folders:</p>')
            st.code(f"pip install 'bearwatch[training]'\n{found.command}", language=None, wrap_lines=True)

    now()


def _stands(found: TrainingOut) -> None:
    at = around.now()
    when = f", begun {ago(found.started_at, at)}" if found.started_at else ""
    who = f" by {found.by}, into run {found.run}" if found.by else ""
    if found.ended_at is not None and found.state is not JobState.RUNNING:
        when = f", {ago(found.ended_at, at)}"
    failed = " bw-not-sent" if found.state is JobState.FAILED else ""
    says = found.says[:1].upper() + found.says[1:]
    st.html(f'<p class="bw-line{failed}">{escape(says + who + when)}.</p>')
    if found.uses:
        st.html(f'<p class="bw-line bw-quiet">Pictures {escape(found.uses)}.</p>')
    if found.lines:
        st.code("\n".join(found.lines), language=None, wrap_lines=True)


def _start(run: str, found: TrainingOut) -> None:
    st.html(f'<p class="bw-line bw-quiet">The same as <code>{escape(found.command or "")}</code></p>')
    if st.button("Train anew with these pictures", key="train"):
        tried(lambda: client.post("/cleaning/training", TrainingOut, TrainIn(run=run)).says)
        st.rerun(scope="app")


def _stop() -> None:
    with st.popover("Stop the training"):
        st.html('<p class="bw-line">What it has not saved is lost.</p>')
        if st.button("Stop it", key="train-stop"):
            tried(lambda: client.post("/cleaning/training/stop", TrainingOut).says)
            st.rerun(scope="app")
