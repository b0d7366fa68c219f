"""Reports: the weekly drift report of a site. One page to read; the rest behind it."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from api.schemas.papers import PaperOut, SiteWeeksOut
from api.schemas.park import SiteOut, SitePage
from api.schemas.reports import ReportOut
from api.schemas.words import Role
from dashboard import alarming, around, client, papered
from dashboard.telling import tried, written

NONE = (
    '<p class="bw-big">There is no weekly report of this site yet.</p><p class="bw-line">The first one is made on '
    "Monday at 06:00 site time, or now:</p>"
)


def show() -> None:
    """The site and the week first, then its page."""
    sites = client.get("/sites", SitePage).items
    if not sites:
        st.html('<p class="bw-line">There is no site yet.</p>')
        return
    with st.container(key="report-choice", horizontal=True, vertical_alignment="bottom"):
        site = _site(sites)
        told = client.get(f"/sites/{client.quoted(site.id)}/reports", SiteWeeksOut)
        week = _week(told)
        revision = _revision(told, week)
    if week is None:
        st.html(NONE)
        _make(site)
        return
    path = f"/reports/{client.quoted(site.id)}/{week}/paper"
    paper = client.get(path, PaperOut, revision=revision)
    _first_page(paper, site)
    st.html(papered.links(site.id, week, revision))
    _behind(paper)
    _make(site)


def _site(sites: Sequence[SiteOut]) -> SiteOut:
    names = {site.id: site.name for site in sites}
    asked = st.query_params.get("site", "")
    first = list(names).index(asked) if asked in names else 0
    chosen = st.selectbox(
        "Site", list(names), index=first, format_func=names.__getitem__, key="report-site", width=240
    )  # fmt: skip
    st.query_params["site"] = chosen
    return next(site for site in sites if site.id == chosen)


def _week(told: SiteWeeksOut) -> str | None:
    """The newest, unless another is asked for."""
    lines = {one.week: one for one in told.items}
    if not lines:
        return None
    asked = st.query_params.get("week", "")
    first = list(lines).index(asked) if asked in lines else 0
    chosen = st.selectbox(
        "Week", list(lines), index=first, format_func=lambda week: papered.week_label(lines[week]),
        key=f"report-week-{told.site}", width=330,
    )  # fmt: skip
    st.query_params["week"] = chosen
    return str(chosen)


def _revision(told: SiteWeeksOut, week: str | None) -> int | None:
    """Late pictures and corrected answers make a new one; the older ones stay."""
    newest = next((one.revision for one in told.items if one.week == week), 1)
    if newest < 2:
        return None
    numbers = list(range(newest, 0, -1))
    chosen = st.selectbox(
        "Revision", numbers, format_func=lambda one: f"{one}, the newest" if one == newest else str(one),
        key=f"report-revision-{told.site}-{week}", width=200,
    )  # fmt: skip
    return None if chosen == newest else int(chosen)


def _make(site: SiteOut) -> None:
    """The report of last week or of this one so far, as known now; the same again makes no new revision."""
    if around.me().role is Role.AUDITOR:
        return
    now = around.now().astimezone(ZoneInfo(site.time_zone))
    with st.container(key="report-make", horizontal=True):
        for says, days in (("last week", 7), ("this week so far", 0)):
            week = papered.week_of((now - timedelta(days=days)).date())
            if st.button(f"Report of {says} ({week})", key=f"report-make-{days}", wrap=True):
                _send(site, week)


def _send(site: SiteOut, week: str) -> None:
    def send() -> str:
        path = f"/reports/{client.quoted(site.id)}/{week}"
        made = client.post(path, ReportOut, timeout=client.LONG_S)
        return f"{week}: revision {made.revision}, {made.reason}."

    if tried(send) is not None:
        st.query_params["week"] = week
        st.session_state.pop(f"report-week-{site.id}", None)
    st.rerun()


def _first_page(paper: PaperOut, site: SiteOut) -> None:
    """What somebody reads who reads nothing else."""
    st.html(papered.verdict(paper))
    written(papered.faults(paper))
    do, means, changes = st.columns(3)
    do.html(papered.listed("What to do", paper.do))
    means.html(papered.said("What it means", paper.means))
    changes.html(papered.said("What would change the verdict", [paper.next or "Nothing that is known."]))
    alarming.alarms(site)
    st.html(papered.pictures(paper.pictures))
    with st.expander("How to read the pictures"):
        st.html(papered.listed("", paper.reading))
    st.html('<p class="bw-line bw-big"><b>Both counts</b></p>')
    st.html(papered.table(paper.counts))


def _behind(paper: PaperOut) -> None:
    """What is behind it, closed until somebody asks."""
    st.html('<p class="bw-line bw-big"><b>Behind it</b></p>')
    for section in paper.sections:
        with st.expander(section.title):
            st.html(papered.section(section))
    st.html(papered.foot(paper))
