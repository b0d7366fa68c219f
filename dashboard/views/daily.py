"""Daily: which bears both noticed, which only the model, which only people; rangers join and set apart."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from api.schemas.encounters import EncounterOut, EncounterPage, JoinIn, MatchOut, PartIn
from api.schemas.park import SiteOut, SitePage
from api.schemas.words import EncounterKind
from dashboard import around, client, drawing, noticed
from dashboard.client import Refused
from dashboard.telling import tried, written

SHOWN, WIDE = 10, 640


def show() -> None:
    """Choose site and day; three lists."""
    sites = client.get("/sites", SitePage).items
    if not sites:
        st.html('<p class="bw-line">There is no site yet.</p>')
        return
    with st.container(horizontal=True, key="daily-choice"):
        site = _site(sites)
        asked = noticed.asked_day(st.query_params.get("day"))
        days = noticed.days(site.time_zone, around.now(), asked)
        first = list(days.values()).index(asked)
        day = days[str(st.selectbox("When", list(days), index=first, key="daily-day", width=220))]
    page = client.get("/encounters", EncounterPage, site=site.id, day=day.isoformat() if day else None)
    st.html(noticed.headline(page))
    for kind in noticed.TITLES:
        _kind(page, kind)
    _unsure(page)
    st.html(noticed.by_chance(page))
    if page.mend_says:
        st.html(f'<p class="bw-line bw-quiet">You only look here: {escape(page.mend_says)}.</p>')


def _site(sites: Sequence[SiteOut]) -> SiteOut:
    names = {site.id: site.name for site in sites}
    asked = list(names).index(st.query_params.get("site", "")) if st.query_params.get("site") in names else 0
    picked = str(
        st.selectbox("Site", list(names), index=asked, format_func=names.__getitem__, key="daily-site", width=260)
    )
    st.query_params["site"] = picked
    return next(site for site in sites if site.id == picked)


def _kind(page: EncounterPage, kind: EncounterKind) -> None:
    items = noticed.of_kind(page, kind)
    st.subheader(f"{noticed.TITLES[kind]} ({len(items)})", anchor=False)
    if not items:
        st.html(f'<p class="bw-line bw-quiet">{escape(noticed.EMPTY[kind])}</p>')
    more = len(items) > SHOWN and st.toggle(f"Show all {len(items)}", key=f"daily-all-{kind.value}")
    for item in items if more else items[:SHOWN]:
        with st.container(border=True, key=f"daily-{_name(item)}"):
            _one(page, item)


def _one(page: EncounterPage, item: EncounterOut) -> None:
    """Its picture, both sides in words, what is doubted, and what can be mended."""
    zone, now = page.time_zone, around.now()
    words = [
        noticed.seen(item.seen, zone, now) if item.seen else "",
        noticed.told(item.told, zone, now, place=item.place) if item.told else "",
        noticed.joined(item), noticed.doubts(item),
    ]  # fmt: skip
    if item.seen is None:
        st.html("".join(words))
    else:
        picture, beside = st.columns([2, 3])
        picture.html(_picture(item.seen.picture, f"what the model saw at {item.seen.camera}"))
        beside.html("".join(words))
    if page.may_mend:
        _mend(page, item)
    else:
        written(noticed.history(item, zone, now))


def _picture(path: str, alt: str) -> str:
    try:
        return drawing.picture(client.picture(path, width=WIDE), alt=alt)
    except Refused:
        return '<div class="bw-none">the picture is no longer kept</div>'


def _mend(page: EncounterPage, item: EncounterOut) -> None:
    """Join, or set apart, with a reason."""
    zone, now = page.time_zone, around.now()
    partners = noticed.partners(item, page, zone, now)
    if item.match is None and not partners:
        written(noticed.history(item, zone, now))
        return
    says = {
        EncounterKind.BOTH: "These were two different bears",
        EncounterKind.MODEL_ONLY: "People saw this bear too",
        EncounterKind.PEOPLE_ONLY: "The model saw this bear too",
    }[item.kind]
    with st.expander(says), st.form(f"daily-form-{_name(item)}", border=False):
        picked = None
        if item.match is None:
            picked = st.selectbox("Which", list(partners), format_func=partners.__getitem__)
        why = st.text_input("Why", key=f"daily-why-{_name(item)}", max_chars=500).strip()
        written(noticed.history(item, zone, now))
        if st.form_submit_button("They are one bear" if item.match is None else "Set them apart", width="stretch"):
            _send(item, picked, why)


def _send(item: EncounterOut, partner: int | None, why: str) -> None:
    def send() -> str:
        if not why:
            raise Refused("say in a few words why", 422)
        if item.match is not None:
            client.post(f"/encounters/{item.match.id}/part", MatchOut, PartIn(why=why))
            return "Set apart: the model's bear and the people's bear are counted as two."
        visit = item.seen.visit if item.seen else partner
        sighting = item.told.id if item.told else partner
        if visit is None or sighting is None:
            raise Refused("choose which one it is", 422)
        client.post("/encounters/join", MatchOut, JoinIn(visit=visit, sighting=sighting, why=why))
        return "Joined: they are counted as one bear that both noticed."

    tried(send)
    st.rerun()


def _unsure(page: EncounterPage) -> None:
    if not page.unsure:
        return
    st.subheader(f"Not counted ({len(page.unsure)})", anchor=False)
    rows = "".join(noticed.told(row, page.time_zone, around.now()) for row in page.unsure)
    st.html(f'<p class="bw-line bw-quiet">Who saw these was unsure that it was a bear.</p>{rows}')


def _name(item: EncounterOut) -> str:
    return f"{item.seen.visit if item.seen else 0}-{item.told.id if item.told else 0}"
