"""Alarming: the drift alarms of a site that nobody has acknowledged, and the form by which somebody does."""

from html import escape

import streamlit as st

from api.schemas.drift import AcknowledgeAlarmIn, AlarmOut
from api.schemas.park import SiteOut
from api.schemas.words import AlarmCause, Role
from dashboard import around, client
from dashboard.listing import local
from dashboard.telling import tried

MAY = (Role.SUPERVISOR, Role.ADMIN)
CAUSES = {
    AlarmCause.BEARS: "There are really more bears, or fewer",
    AlarmCause.CAMERA: "A camera: moved, dirty, down, its clock",
    AlarmCause.MODEL: "The model or its threshold",
    AlarmCause.WATCH: "People watched otherwise than before",
    AlarmCause.MATCHING: "Visits and sightings were matched wrongly",
    AlarmCause.OTHER: "Something else (say what)",
}


def alarms(site: SiteOut) -> None:
    """Each open alarm with what it says; the form for those who may close it."""
    for alarm in site.alarms:
        st.html(_says(alarm, site))
        if around.me().role in MAY:
            _form(alarm)


def _says(alarm: AlarmOut, site: SiteOut) -> str:
    now, zone = around.now(), site.time_zone
    next_ = f", the next step is told {local(alarm.escalates_at, zone, now)}" if alarm.escalates_at else ""
    climbed = f"; escalated {alarm.escalations} times" if alarm.escalations else ""
    return (
        f'<div class="bw-unprotected"><b>DRIFT ALARM since {escape(alarm.since_week)}</b>'
        f"<div>{escape(alarm.says)}</div>"
        f"<div>Open since {local(alarm.opened_at, zone, now)}{climbed}{next_}.</div></div>"
    )


def _form(alarm: AlarmOut) -> None:
    with st.expander("Acknowledge it, with the cause"):
        cause = st.selectbox(
            "The cause", list(CAUSES), format_func=CAUSES.__getitem__, index=None, key=f"cause-{alarm.id}",
            placeholder="Look first, then choose",
        )  # fmt: skip
        note = st.text_input("What was found", key=f"alarm-note-{alarm.id}").strip()
        lacks = cause is None or (cause is AlarmCause.OTHER and not note)
        label = f"Acknowledge as {around.me().name}"
        if st.button(label, key=f"acknowledge-{alarm.id}", disabled=lacks, width="stretch", wrap=True) and cause:
            _send(alarm, AcknowledgeAlarmIn(cause=cause, note=note or None))


def _send(alarm: AlarmOut, told: AcknowledgeAlarmIn) -> None:
    def send() -> str:
        client.post(f"/alarms/{alarm.id}/acknowledge", AlarmOut, told)
        return "Acknowledged. What it narrowed stays so until two people go back."

    tried(send)
    st.rerun()
