"""Demo year: a simulated year whose clock can be moved, to see how each verdict looks, and when it comes."""

import streamlit as st

from api.schemas.demo_year import DemoYearOut
from dashboard import client, papered, yeared

WEEK = "demo-year-week"


def show() -> None:
    """What it is, the clock, then the five sites as they were known on that Monday."""
    st.html(yeared.MARK)
    told = client.get_slowly("/demo-year", DemoYearOut, week=st.session_state.get(WEEK))
    st.session_state.setdefault(WEEK, told.number)
    _clock(told)
    st.html(yeared.when(told))
    for one in told.sites:
        st.html(yeared.site(one, told.number))
        with st.expander(f"{one.title.partition(':')[0]}: the pictures, and the whole report"):
            st.html(papered.pictures(one.pictures) + yeared.link(one, told.week))


def _clock(told: DemoYearOut) -> None:
    """Two buttons and a slider."""
    with st.container(key="demo-year-clock", horizontal=True, vertical_alignment="bottom"):
        st.button("◀ A week back", key="demo-year-back", disabled=told.number == 1, on_click=_move, args=(-1,))
        st.button("A week on ▶", key="demo-year-on", disabled=told.number == told.weeks, on_click=_move, args=(1,))
        st.slider("Week of the year", 1, told.weeks, key=WEEK)


def _move(weeks: int) -> None:
    st.session_state[WEEK] += weeks
