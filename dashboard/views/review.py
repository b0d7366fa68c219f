"""Review: one alert at a time, one key to answer, and what the answer set going."""

from html import escape

import streamlit as st

from api.schemas.alerts import AlertOut, AlertPage
from api.schemas.park import CameraPage, SitePage
from api.schemas.words import AlertState
from dashboard import answering, around, client, looking, siting
from dashboard.listing import OPEN, SENT_UNSEEN, ago, hurries, left, local, next_to_answer, quiet_says
from dashboard.telling import told

WATCHED_S = 2


def show() -> None:
    """The alert that was asked for, or the most urgent one."""
    asked = st.query_params.get("alert", "")
    if asked.isdigit():
        _one(int(asked))
        return
    found = _most_urgent()
    if found is None:
        _nothing()
    else:
        st.query_params["alert"] = str(found.id)
        _one(found.id)


def _one(number: int) -> None:
    """Claim it and lay the page out. An alert once opened stays, whatever else becomes more urgent."""
    alert, holder = answering.claimed(client.get(f"/alerts/{number}", AlertOut))
    zone = siting.zone_of(client.get("/sites", SitePage).items, alert.site)
    _head(alert, zone)
    seen, asked = st.columns([3, 2])
    with seen:
        looking.picture(alert)
    with asked:
        answering.panel(alert, holder=holder)
        _next(alert)
    looking.why(alert, zone, answered=not answering.open_to_me(alert))
    looking.clip(alert)


def _head(alert: AlertOut, zone: str) -> None:
    st.session_state["watched"] = (alert.id, alert.state, alert.claimed_by)

    @st.fragment(run_every=WATCHED_S)
    @told
    def clock() -> None:
        now, fresh = around.now(), client.get(f"/alerts/{alert.id}", AlertOut)
        if st.session_state["watched"] != (fresh.id, fresh.state, fresh.claimed_by):
            st.rerun(scope="app")
        told = f"{local(fresh.taken_at, zone, now)}, {ago(fresh.taken_at, now)}"
        waits = fresh.state in OPEN
        hurry = " bw-hurry" if hurries(fresh.deadline, now) else ""
        time = f' · <span class="bw-clock{hurry}">{left(fresh.deadline, now)}</span>' if waits else ""
        marks = "".join(f' · <span class="bw-not-sent">{word}</span>' for word in _marks(fresh))
        st.html(
            f'<div class="bw-big"><b>{escape(fresh.site_name)}</b> · {escape(", ".join(fresh.cameras))}</div>'
            f'<p class="bw-line">{told}{time}{marks}</p>'
        )

    clock()


def _marks(alert: AlertOut) -> list[str]:
    return [
        *(["UNCONFIRMED, asked again"] if alert.unconfirmed else []),
        *(["replay: nothing leaves the machine"] if alert.replay else []),
        *(["shadow: nothing was sent"] if alert.state is AlertState.SHADOW else []),
        *(["demo scenery model"] if alert.demo_model else []),
    ]


def _next(alert: AlertOut) -> None:
    """The way on, only after this one is answered: a key pressed twice must not answer two."""
    if answering.open_to_me(alert):
        return
    following = _most_urgent(not_this=alert.id)
    if following is None:
        st.html('<p class="bw-line bw-quiet">No other alert waits for an answer from you.</p>')
    elif st.button("Next alert", shortcut="N", type="primary", width="stretch", key="next"):
        st.query_params["alert"] = str(following.id)
        st.rerun()


def _most_urgent(not_this: int | None = None) -> AlertOut | None:
    waiting = client.get("/alerts", AlertPage, state=[*OPEN, *SENT_UNSEEN], limit=100).items
    mine = [alert for alert in waiting if answering.open_to_me(alert) and alert.id != not_this]
    return next_to_answer(mine, name=around.me().name, now=around.now())


@st.fragment(run_every=around.REFRESH_S)
@told
def _nothing() -> None:
    """Wait here for the next alert."""
    if _most_urgent() is not None:
        st.rerun(scope="app")
    st.html(f'<p class="bw-big">{escape(quiet_says(client.get("/cameras", CameraPage).items, around.now()))}</p>')
    st.html('<p class="bw-line bw-quiet">The next alert opens here by itself.</p>')
