"""Review: one alert at a time, one key to answer, and what the answer set going."""

from html import escape

import streamlit as st

from api.schemas.alerts import AlertOut, AlertPage
from api.schemas.park import CameraPage, SitePage
from api.schemas.words import OPEN, AlertState
from dashboard import answering, around, client, looking, responding, siting
from dashboard.listing import TO_LOOK_AT, ago, hurries, left, local, next_to_answer, quiet_says
from dashboard.telling import told

WATCHED_S = 2


def show() -> None:
    """The alert that was asked for, or the most urgent one.

    `?alert=` is what a link or a button says, and claims it once; from then on the address says `?shown=`, so that
    a page that draws itself anew, or a browser that comes back, claims nothing.
    """
    asked, shown = (st.query_params.get(name, "") for name in ("alert", "shown"))
    if asked.isdigit():
        st.query_params.from_dict({"shown": asked})
        answering.take(int(asked))
        _one(int(asked))
    elif shown.isdigit():
        _one(int(shown))
    elif (found := _most_urgent()) is None:
        _nothing()
    else:
        st.query_params["shown"] = str(found.id)
        _one(found.id)


def _one(number: int) -> None:
    """Lay the page out. An alert once shown stays, whatever else becomes more urgent."""
    alert = client.get(f"/alerts/{number}", AlertOut)
    zone = siting.zone_of(client.get("/sites", SitePage).items, alert.site)
    _head(alert, zone)
    seen, asked = st.columns([3, 2])
    with seen:
        looking.picture(alert)
    with asked:
        answering.panel(alert)
        _next(alert)
        responding.panel(alert, zone)
    looking.why(alert, zone, answered=not answering.open_to_me(alert))
    looking.clip(alert)


def _head(alert: AlertOut, zone: str) -> None:
    st.session_state["watched"] = _watched(alert)

    @st.fragment(run_every=WATCHED_S)
    @told
    def clock() -> None:
        now, fresh = around.now(), client.get(f"/alerts/{alert.id}", AlertOut)
        if st.session_state["watched"] != _watched(fresh):
            st.rerun(scope="app")
        told = f"{local(fresh.taken_at, zone, now)}, {ago(fresh.taken_at, now)}"
        waits = fresh.state in OPEN
        hurry = " bw-hurry" if hurries(fresh.deadline, now) else ""
        time = f' · <span class="bw-clock{hurry}">{left(fresh.deadline, now)}</span>' if waits else ""
        marks = "".join(f' · <span class="bw-not-sent">{word}</span>' for word in _marks(fresh))
        st.html(
            f'<div class="bw-big"><b>{escape(fresh.site_name)}</b> · {escape(", ".join(fresh.cameras))}</div>'
            f'<p class="bw-line">{told}{time}{marks}</p>{_where(fresh)}{siting.expired(fresh, zone, now)}'
        )

    clock()


def _where(alert: AlertOut) -> str:
    """The named parts of the view that it is in."""
    return f'<p class="bw-line">In: <b>{escape(", ".join(alert.zones))}</b></p>' if alert.zones else ""


def _watched(alert: AlertOut) -> tuple[object, ...]:
    """What the rest of the page rests on, so that it is drawn anew when this changes."""
    return alert.id, alert.state, alert.claimed_by, alert.no_warning is None


def _marks(alert: AlertOut) -> list[str]:
    return [
        *(["UNCONFIRMED, asked again"] if alert.unconfirmed else []),
        *(["replay: nothing leaves the machine"] if alert.replay else []),
        *(["shadow: nothing was sent"] if alert.state is AlertState.SHADOW else []),
        *(["demo scenery model"] if alert.demo_model else []),
    ]


def _next(alert: AlertOut) -> None:
    """The way on, always fresh; only after this one is answered: a key pressed twice must not answer two."""
    if answering.open_to_me(alert):
        return

    @st.fragment(run_every=around.REFRESH_S)
    @told
    def way() -> None:
        following = _most_urgent(not_this=alert.id)
        if following is None:
            st.html('<p class="bw-line bw-quiet">No other alert waits for an answer from you.</p>')
        elif st.button("Next alert", shortcut="N", type="primary", width="stretch", key="next"):
            st.query_params.from_dict({"alert": str(following.id)})
            st.rerun(scope="app")

    way()


def _most_urgent(not_this: int | None = None) -> AlertOut | None:
    waiting = client.get("/alerts", AlertPage, state=list(TO_LOOK_AT), limit=100).items
    mine = [alert for alert in waiting if answering.open_to_me(alert) and alert.id != not_this]
    return next_to_answer(mine, name=around.me().name, now=around.now())


@st.fragment(run_every=around.REFRESH_S)
@told
def _nothing() -> None:
    """Wait here for the next alert."""
    if _most_urgent() is not None:
        st.rerun(scope="app")
    st.html(f'<p class="bw-big">{escape(quiet_says(client.get("/cameras", CameraPage).items, around.now()))}</p>')
    st.html('<p class="bw-line bw-quiet">The next alert shows itself here. Nobody holds it until you answer.</p>')
