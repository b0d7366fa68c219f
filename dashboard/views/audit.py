"""Audit: who changed what, when, why, on which evidence; what held at a past minute; every frame's decision."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from api.schemas.audit import AuditEntryOut, AuditPage, DecisionPage, StandingOut
from api.schemas.park import CameraPage, SiteOut, SitePage
from api.schemas.people import PersonPage
from api.schemas.words import Reason, Role
from dashboard import around, auditing, client, drawing, siting

READERS = (Role.ADMIN, Role.AUDITOR)
PAGE = 50
ALL = "all"


def show() -> None:
    """The chain first; what held then, and decisions, on demand."""
    sites = client.get("/sites", SitePage).items
    chain, past, frames = st.tabs(["Changes", "What held then", "Decisions"])
    with chain:
        _chain(sites)
    with past:
        _past(sites)
    with frames:
        _decisions(sites)


def _chain(sites: Sequence[SiteOut]) -> None:
    query = _filters(sites)
    page = client.get("/audit", AuditPage, cursor=_before("audit", query), limit=PAGE, **query)
    _downloads(query)
    if not page.items:
        st.html('<p class="bw-line">No change is like that. Ask for another site, person, kind or day.</p>')
        return
    zone = around.me().time_zone
    head = ["No.", "When", "Who", "What", "Says", "On which evidence"]
    st.html(drawing.table(head, auditing.rows(page.items, zone, around.now())))
    _pages("audit", query, page.next)
    _whole(page.items)


def _filters(sites: Sequence[SiteOut]) -> Mapping[str, Any]:
    """Site, person, kind and days. Times are the park's."""
    names, zone = {site.id: site.name for site in sites}, around.me().time_zone
    people = [person.name for person in client.get("/users", PersonPage).items]
    with st.container(key="audit-filters", horizontal=True):
        site = _choice("Site", list(names), names, "audit-site")
        person = _choice("Person", [*people, "Bearwatch", "clock", "command line"], {}, "audit-person")
        kind = _choice("Kind", list(auditing.KINDS), auditing.KINDS, "audit-kind")
        since = _day("From", "audit-since")
        until = _day("To", "audit-until")
    return {
        "site": site, "person": person, "kind": kind, "since": auditing.begins(since, zone),
        "until": auditing.ends(until, zone),
    }  # fmt: skip


def _choice(label: str, options: Sequence[str], names: Mapping[str, str], key: str) -> str | None:
    chosen = st.selectbox(label, [ALL, *options], format_func=lambda name: names.get(name, name), key=key, width=170)
    return None if chosen in (None, ALL) else str(chosen)


def _day(label: str, key: str) -> date | None:
    chosen = st.date_input(label, value=None, key=key, width=170)
    return chosen if isinstance(chosen, date) else None


def _downloads(query: Mapping[str, Any]) -> None:
    part = any(value is not None for value in query.values()) or bool(around.me().sites)
    check = "bearwatch audit verify FILE" + (" --part" if part else "")
    links = "".join(
        f'<a href="{escape(auditing.download(kind, query))}" download>{says}</a>'
        for kind, says in (("csv", "As a table (CSV)"), ("jsonl", "As JSON Lines"))
    )
    st.html(f'<p class="bw-links">{links}</p><p class="bw-line bw-quiet">Check it anywhere: {escape(check)}</p>')


def _whole(entries: Sequence[AuditEntryOut]) -> None:
    """One entry with everything that it rests on."""
    with st.expander("One entry in full"):
        numbers = {entry.number: entry for entry in entries}
        chosen = st.selectbox("Entry", list(numbers), key="audit-entry", width=190)
        if chosen in numbers:
            st.json(numbers[chosen].model_dump(mode="json"))


def _past(sites: Sequence[SiteOut]) -> None:
    """Which rule was in force at a minute, and why."""
    if not sites:
        st.html('<p class="bw-line">There is no site yet.</p>')
        return
    names = {site.id: site.name for site in sites}
    now = around.now().astimezone(ZoneInfo(around.me().time_zone))
    with st.container(key="past-filters", horizontal=True):
        site = str(st.selectbox("Site", list(names), format_func=lambda one: names[one], key="past-site", width=170))
        day = st.date_input("Day, in site time", value=now.date(), key="past-day", width=170)
        at = st.time_input("Time", value=time(now.hour, now.minute), step=60, key="past-time", width=170)
    told = client.get(f"/sites/{site}/rule-at", StandingOut, at=datetime.combine(day, at).isoformat())
    stage = escape(told.acts_as.value)
    why = "".join(f"<li>{escape(reason)}</li>" for reason in told.why)
    st.html(
        f'<p class="bw-big">{escape(names[site])}, {day:%a %d %b %Y} {at:%H:%M}: '
        f'<span class="bw-stage bw-stage-{stage}">{stage}</span></p>'
        f'<p class="bw-line">A bear would have been {escape(told.acted)}, because:</p>'
        f'<ul class="bw-recent">{why}</ul>'
    )


def _decisions(sites: Sequence[SiteOut]) -> None:
    """Every frame's decision, by camera, time and reason."""
    cameras = client.get("/cameras", CameraPage).items
    with st.container(key="decision-filters", horizontal=True):
        camera = _choice("Camera", [camera.id for camera in cameras], {}, "decision-camera")
        reason = _choice("Reason", [one.value for one in Reason], {}, "decision-reason")
        since = _day("From", "decision-since")
        until = _day("To", "decision-until")
    site = next((one.site for one in cameras if one.id == camera), "")
    zone = siting.zone_of(sites, site)
    query = {
        "camera": camera, "reason": reason, "from": auditing.begins(since, zone), "to": auditing.ends(until, zone)
    }  # fmt: skip
    page = client.get("/decisions", DecisionPage, cursor=_before("decisions", query), limit=PAGE, **query)
    if not page.items:
        st.html('<p class="bw-line">No picture was decided like that. Ask for another camera, reason or day.</p>')
        return
    head = ["Taken", "Camera", "Reason", "Says", "Stage", "Rule", "Frame"]
    st.html(drawing.table(head, auditing.decided(page.items, zone, around.now())))
    _pages("decisions", query, page.next)


def _before(name: str, query: Mapping[str, Any]) -> int | None:
    """Where the page begins; another filter begins anew."""
    asked, before = st.session_state.get(f"{name}-before", (query, None))
    return before if asked == query else None


def _pages(name: str, query: Mapping[str, Any], following: int | None) -> None:
    newest, older, _ = st.columns([1, 1, 4])
    if _before(name, query) is not None and newest.button("Newest", key=f"{name}-newest", width="stretch"):
        st.session_state[f"{name}-before"] = (query, None)
        st.rerun()
    if following is not None and older.button("Older", key=f"{name}-older", width="stretch"):
        st.session_state[f"{name}-before"] = (query, following)
        st.rerun()
