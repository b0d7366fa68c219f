"""Watch: people say when they watch and what they see, on a phone, at night, with one press each."""

from collections.abc import Sequence
from datetime import timedelta
from html import escape

import streamlit as st

from api.schemas.park import SiteOut, SitePage
from api.schemas.watching import (
    ResponseOut,
    ResponsePage,
    SightingIn,
    SightingOut,
    SightingPage,
    WatchSessionIn,
    WatchSessionOut,
    WatchSessionPage,
    WithdrawIn,
)
from api.schemas.words import Role, Sureness, WatchMode, WatchPlace
from dashboard import around, client, ending, responding, watch_words
from dashboard.telling import tried

DAY = timedelta(hours=24)
MOST = 12
WAYS = (
    '<p class="bw-links"><a href="/watch" target="_self">Without a network</a>'
    '<a href="/desk-watch" target="_self">Watch at a desk</a></p>'
    '<p class="bw-line bw-quiet">Open “Without a network” once before you go out: it keeps what you log and sends it '
    "later.</p>"
)


def show() -> None:
    """The watch that is going on, a bear, and what the last day brought."""
    sites = client.get("/sites", SitePage).items
    if not sites:
        st.html('<p class="bw-big">There is no site that you may see.</p>')
        return
    page = client.get("/watch-sessions", WatchSessionPage, limit=100)
    if around.me().role is Role.AUDITOR:
        st.html('<p class="bw-line bw-quiet">You may look; rangers log the watch.</p>')
    else:
        _log(sites, page.mine)
    _last_day(sites, page.items)


def _log(sites: Sequence[SiteOut], mine: WatchSessionOut | None) -> None:
    bear, watch = st.columns(2)
    with bear, st.container(border=True, key="watch-bear"):
        _bear(sites, mine)
    with watch, st.container(border=True, key="watch-now"):
        if mine is None:
            _start(sites)
        else:
            _going_on(sites, mine)
    st.html(WAYS)


def _going_on(sites: Sequence[SiteOut], mine: WatchSessionOut) -> None:
    site = _of(sites, mine.site)
    ending.panel(mine, site.name if site else mine.site, _zone(sites, mine.site))
    if mine.mode is WatchMode.ASSISTED:
        st.html(f'<p class="bw-links"><a href="/wall?site={escape(mine.site)}" target="_self">The Wall, with the '
                "model's possible bears in red</a></p>")  # fmt: skip
    if mine.place is WatchPlace.DESK:
        st.html('<p class="bw-links"><a href="/desk-watch" target="_self">Go on at the desk</a></p>')


def _start(sites: Sequence[SiteOut]) -> None:
    site = _site(sites, "watch-site")
    names = {mode: mode.value.capitalize() for mode in watch_words.MODES}
    mode = st.segmented_control(
        "How", list(names), default=WatchMode.BLIND, format_func=names.__getitem__, key="watch-mode"
    ) or WatchMode.BLIND  # fmt: skip
    picked = next(one for one in sites if one.id == site)
    st.html(f'<p class="bw-line bw-quiet">{escape(watch_words.hint(mode, picked))}</p>')
    if st.button("Start watching", type="primary", key="start-watch", width="stretch"):
        tried(lambda: _started(client.post("/watch-sessions", WatchSessionOut, WatchSessionIn(site=site, mode=mode))))
        st.rerun()


def _started(row: WatchSessionOut) -> str:
    return f"You watch since now, {row.mode.value}. End it here when you are done."


def _bear(sites: Sequence[SiteOut], mine: WatchSessionOut | None) -> None:
    """Everything is filled in: one press logs a bear that is there now."""
    with st.form("bear", border=False, clear_on_submit=True):
        site = _site(sites, "bear-site") if mine is None else mine.site
        bears = st.segmented_control("How many", [1, 2, 3, 4], default=1, key="bear-many") or 1
        sure = st.segmented_control(
            "How sure", list(Sureness), default=Sureness.CERTAIN, format_func=watch_words.SURE.__getitem__,
            key="bear-sure",
        ) or Sureness.CERTAIN  # fmt: skip
        ago = st.segmented_control(
            "How long ago", list(watch_words.AGO), default=0, format_func=watch_words.AGO.__getitem__, key="bear-ago"
        )  # fmt: skip
        with st.expander("Where, or another time"):
            spot = st.text_input("Where, in a few words", key="bear-spot", max_chars=200).strip()
            typed = st.time_input("At this time of the site's clock", value=None, step=300, key="bear-at")
        pressed = st.form_submit_button("I saw a bear: log it", type="primary", width="stretch", key="log-bear")
    if pressed:
        at = None if typed is None and not ago else watch_words.moment(ago, typed, _zone(sites, site), around.now())
        wanted = SightingIn(site=site, bears=bears, sure=sure, spot=spot or None, at=at)
        _say_here(tried(lambda: _logged(sites, client.post("/sightings", SightingOut, wanted))))
    if said := st.session_state.pop("bear-said", None):
        st.html(f'<p class="bw-line bw-logged" role="status">{escape(said)}</p>')


def _say_here(said: str | None) -> None:
    """Under the button, where the thumb is; a no stands on top as ever."""
    if said:
        st.session_state["bear-said"] = said
        st.session_state.pop("told", None)
    st.rerun()


def _logged(sites: Sequence[SiteOut], row: SightingOut) -> str:
    within = "" if row.session else " You were not watching then: it is kept, and is no part of the baseline."
    return f"Logged: {watch_words.sighting(row, _zone(sites, row.site), around.now())}.{within}"


def _last_day(sites: Sequence[SiteOut], sessions: Sequence[WatchSessionOut]) -> None:
    now = around.now()
    seen = [row for row in client.get("/sightings", SightingPage, limit=100).items if now - row.at < DAY]
    watched = [row for row in sessions if row.ended_at is None or now - row.ended_at < DAY]
    told = client.get("/responses", ResponsePage, limit=200).items
    st.subheader("Bears seen, the last 24 hours")
    if not seen:
        st.html('<p class="bw-line bw-quiet">Nobody has logged a bear.</p>')
    for row in seen[:MOST]:
        _sighting(sites, row, [one for one in told if one.sighting == row.id])
    st.subheader("Who watched, the last 24 hours")
    if not watched:
        st.html('<p class="bw-line bw-quiet">Nobody has logged a watch.</p>')
    items = "".join(_session(sites, row) for row in watched)
    st.html(f'<ul class="bw-recent">{items}</ul>')


def _session(sites: Sequence[SiteOut], row: WatchSessionOut) -> str:
    site, now = _of(sites, row.site), around.now()
    says = watch_words.session(row, _zone(sites, row.site), now)
    where = site.name if site else row.site
    quiet = "bw-quiet" if row.counts or row.mode is not WatchMode.BLIND or row.ended_at is None else "bw-not-sent"
    return (
        f"<li><b>{escape(where)}</b> {escape(says)}<br>"
        f'<span class="{quiet}">{escape(watch_words.counted(row))}</span></li>'
    )


def _sighting(sites: Sequence[SiteOut], row: SightingOut, told: Sequence[ResponseOut]) -> None:
    """One sighting: what is doubted of it, what was done, and the way to take it back."""
    zone, site = _zone(sites, row.site), _of(sites, row.site)
    gone = "WITHDRAWN " if row.withdrawn_at else ""
    says = f"{gone}{site.name if site else row.site}, {watch_words.sighting(row, zone, around.now())}"
    with st.expander(says, key=f"sighting-{row.id}"):
        for doubt in row.doubts:
            st.html(f'<p class="bw-line bw-not-sent">Looked at again: {escape(doubt.says)}</p>')
        if row.withdrawn_at:
            st.html(f'<p class="bw-line">Withdrawn by {escape(row.withdrawn_by or "")}: it counts no more.</p>')
            return
        st.html('<p class="bw-line"><b>What did people do?</b></p>')
        responding.done(told, zone, sighting=row.id)
        me = around.me()
        if row.observer == me.name or me.role in (Role.SUPERVISOR, Role.ADMIN):
            _withdraw(row)


def _withdraw(row: SightingOut) -> None:
    why = st.text_input("It was wrong: why", key=f"withdraw-why-{row.id}", max_chars=500).strip()
    if st.button("Withdraw it", key=f"withdraw-{row.id}"):

        def send() -> str:
            if not why:
                raise client.Refused("say in a few words why", 422)
            client.post(f"/sightings/{row.id}/withdraw", SightingOut, WithdrawIn(why=why))
            return "Withdrawn. It stays on record and counts no more."

        tried(send)
        st.rerun()


def _site(sites: Sequence[SiteOut], key: str) -> str:
    """The site that was chosen last; no question where there is one."""
    names = {site.id: site.name for site in sites}
    last = st.session_state.get("watched-last")
    if len(names) == 1:
        return sites[0].id
    place = list(names).index(last) if last in names else 0
    picked = st.selectbox("Site", list(names), index=place, format_func=names.__getitem__, key=key)
    st.session_state["watched-last"] = picked
    return str(picked)


def _of(sites: Sequence[SiteOut], site: str) -> SiteOut | None:
    return next((one for one in sites if one.id == site), None)


def _zone(sites: Sequence[SiteOut], site: str) -> str:
    found = _of(sites, site)
    return found.time_zone if found else around.me().time_zone
