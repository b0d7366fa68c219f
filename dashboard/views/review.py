"""Review: one thing at a time, one key to answer, and what the answer set going.

Among the alerts come looks: audited time, tests, second answers. Nothing tells them apart before the answer, none is
shown while an alert waits, and one that is shown gives way.
"""

from html import escape

import streamlit as st

from api.schemas.alerts import AlertOut, AlertPage
from api.schemas.looks import LookOut
from api.schemas.park import CameraPage, SitePage
from api.schemas.words import OPEN, AlertState
from dashboard import answering, around, client, looking, looks, responding, siting
from dashboard.listing import SENT_UNSEEN, TO_LOOK_AT, ago, hurries, left, local, next_to_answer, quiet_says
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
    elif (look := looks.in_hand()) is not None and not looks.over(look):
        _look(look)
    elif (found := _most_urgent()) is not None and _before_looks(found):
        st.query_params["shown"] = str(found.id)
        _one(found.id)
    elif (look := looks.take()) is not None:
        _look(look)
    elif found is not None:
        st.query_params["shown"] = str(found.id)
        _one(found.id)
    else:
        _nothing()


def _before_looks(alert: AlertOut) -> bool:
    """Whatever nobody was warned of comes before every look; of what was sent, every second one."""
    return alert.state not in SENT_UNSEEN or alert.id % 2 == 0


def _look(look: LookOut) -> None:
    """A look, laid out as an alert. Where an alert waits, its place is all that is left of the question."""
    st.session_state["gives_way"] = _waits()

    @st.fragment(run_every=WATCHED_S)
    @told
    def clock() -> None:
        if looks.told() is None and (looks.over(look) or st.session_state["gives_way"] != _waits()):
            st.rerun(scope="app")
        st.html(looks.head(look))

    clock()
    seen, asked = st.columns([3, 2])
    with seen:
        looks.picture(look)
    with asked:
        if st.session_state["gives_way"] is not None and looks.told() is None:
            _give_way(st.session_state["gives_way"])
        else:
            looks.panel(look, siting.zone_of(client.get("/sites", SitePage).items, look.site))
        if looks.told() is not None:
            _way()
    looking.clip(look.clip)


def _waits() -> int | None:
    """The alert that this person should answer before any look."""
    found = _most_urgent()
    return found.id if found is not None and found.state not in SENT_UNSEEN else None


def _give_way(alert: int) -> None:
    st.warning("An alert waits for an answer. It comes first.", icon=":material/priority_high:")
    if st.button("Go to the alert", shortcut="N", type="primary", width="stretch", key="give-way"):
        looks.forget()
        st.query_params.from_dict({"alert": str(alert)})
        st.rerun()


def _one(number: int) -> None:
    """Lay the page out. An alert once shown stays, whatever else becomes more urgent."""
    looks.forget()
    alert = client.get(f"/alerts/{number}", AlertOut)
    zone = siting.zone_of(client.get("/sites", SitePage).items, alert.site)
    answered = not answering.open_to_me(alert)
    _head(alert, zone, answered=answered)
    seen, asked = st.columns([3, 2])
    with seen:
        looking.picture(alert, boxes=answered or not alert.blind)
    with asked:
        answering.panel(alert)
        if answered:
            _way(not_this=alert.id)
        responding.panel(alert, zone)
    looking.why(alert, zone, answered=answered)
    looking.clip(alert.clip)


def _head(alert: AlertOut, zone: str, *, answered: bool) -> None:
    """Where, and how long is left. When it was, and what has become of it, waits for the answer."""
    st.session_state["watched"] = _watched(alert)

    @st.fragment(run_every=WATCHED_S)
    @told
    def clock() -> None:
        now, fresh = around.now(), client.get(f"/alerts/{alert.id}", AlertOut)
        if st.session_state["watched"] != _watched(fresh):
            st.rerun(scope="app")
        hurry = " bw-hurry" if hurries(fresh.deadline, now) else ""
        parts = [f"{local(fresh.taken_at, zone, now)}, {ago(fresh.taken_at, now)}"] if answered else []
        if fresh.state in OPEN:
            parts.append(f'<span class="bw-clock{hurry}">{left(fresh.deadline, now)}</span>')
        parts += [f'<span class="bw-not-sent">{word}</span>' for word in _marks(fresh, answered=answered)]
        after = (_where(fresh) if answered else "") + siting.expired(fresh, zone, now)
        st.html(
            f'<div class="bw-big"><b>{escape(fresh.site_name)}</b> · {escape(", ".join(fresh.cameras))}</div>'
            f'<p class="bw-line">{" · ".join(parts) or "&nbsp;"}</p>{after}'
        )

    clock()


def _where(alert: AlertOut) -> str:
    """The named parts of the view that it is in."""
    return f'<p class="bw-line">In: <b>{escape(", ".join(alert.zones))}</b></p>' if alert.zones else ""


def _watched(alert: AlertOut) -> tuple[object, ...]:
    """What the rest of the page rests on, so that it is drawn anew when this changes."""
    return alert.id, alert.state, alert.claimed_by, alert.no_warning is None


def _marks(alert: AlertOut, *, answered: bool) -> list[str]:
    return [
        *(["UNCONFIRMED, asked again"] if alert.unconfirmed else []),
        *(["replay: nothing leaves the machine"] if alert.replay and answered else []),
        *(["shadow: nothing was sent"] if alert.state is AlertState.SHADOW and answered else []),
        *(["demo scenery model"] if alert.demo_model else []),
    ]


def _way(not_this: int | None = None) -> None:
    """The way on, always fresh; only after this one is answered: a key pressed twice must not answer two."""

    @st.fragment(run_every=around.REFRESH_S)
    @told
    def way() -> None:
        following = _most_urgent(not_this=not_this)
        if following is None and not looks.wait():
            st.html('<p class="bw-line bw-quiet">No other alert waits for an answer from you.</p>')
        elif st.button("Next", shortcut="N", type="primary", width="stretch", key="next"):
            looks.forget()
            first = following is not None and (_before_looks(following) or not looks.wait())
            st.query_params.from_dict({"alert": str(following.id)} if following and first else {})
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
    if _most_urgent() is not None or looks.wait():
        st.rerun(scope="app")
    st.html(f'<p class="bw-big">{escape(quiet_says(client.get("/cameras", CameraPage).items, around.now()))}</p>')
    st.html('<p class="bw-line bw-quiet">The next alert shows itself here. Nobody holds it until you answer.</p>')
