"""Park: sites by stage, what is due, what was overridden, and the hours that were protected."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from api.schemas.overview import DueOut, OverriddenOut, OverviewOut, SiteLineOut
from api.schemas.papers import ParkWeekOut
from dashboard import around, client, drawing, overseeing, papered
from dashboard.listing import in_words


def show() -> None:
    """What is due first: it is why somebody opens this page."""
    page = client.get("/park", OverviewOut)
    _due(page.due)
    _evidence()
    _sites(page.sites, page.weeks)
    _overridden(page.overridden, page.weeks)


def _due(due: Sequence[DueOut]) -> None:
    st.subheader("Due", anchor=False)
    if not due:
        st.html('<p class="bw-line">Nothing is due: no approval waits, nothing ends soon, every watch is taken.</p>')
        return
    st.html(drawing.table(["By", "Site", "What", "Says"], overseeing.due(due)))
    if st.button("Open the sites", key="park-sites"):
        around.go("sites")


def _evidence() -> None:
    """The newest week of which there is a report: what needs a person first, judged over the park as a whole."""
    told = client.get("/reports/park/newest", ParkWeekOut)
    if not told.weeks:
        return
    st.subheader("Evidence", anchor=False)
    with st.container(key="park-evidence", horizontal=True, vertical_alignment="bottom"):
        week = st.selectbox("Week", told.weeks, key="park-week", width=160)
        if st.button("Open the reports", key="park-reports"):
            around.go("reports", week=str(week))
    told = told if week == told.week else client.get(f"/reports/park/{week}", ParkWeekOut)
    st.html(papered.park(told))


def _sites(sites: Sequence[SiteLineOut], weeks: int) -> None:
    for stage, lines in overseeing.by_stage(sites):
        st.subheader(f"{overseeing.STAGES[stage]} ({len(lines)})", anchor=False)
        st.html("".join(_line(line, weeks) for line in lines))


def _line(line: SiteLineOut, weeks: int) -> str:
    red = "" if line.holds else " bw-not-sent"
    override = ' <span class="bw-override">override</span>' if line.override else ""
    share = overseeing.share(line.hours)
    track = f'<span class="bw-track"><i style="width:{share * 100:.1f}%"></i></span>' if share is not None else ""
    hours, says = escape(overseeing.hours(line.hours, weeks)), escape(in_words(line.says))
    return (
        f'<div class="bw-site bw-park"><h3>{escape(line.name)}{override}</h3>'
        f'<p class="bw-line{red}">{says}</p>{track}<p class="bw-line bw-quiet">{hours}</p></div>'
    )


def _overridden(rules: Sequence[OverriddenOut], weeks: int) -> None:
    st.subheader(f"Overridden in the last {weeks} weeks", anchor=False)
    if not rules:
        st.html('<p class="bw-line">Nothing was widened without the checklist.</p>')
        return
    head = ["Site", "Since", "Until", "Stage", "Because", "By"]
    st.html(drawing.table(head, overseeing.overridden(rules, around.me().time_zone, around.now())))
