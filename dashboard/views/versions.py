"""Versions: another model version on the same frames as the one in force, visit by visit, and the way back."""

from collections.abc import Sequence
from datetime import timedelta
from html import escape
from typing import Any

import streamlit as st

from api.schemas.park import CameraPage, SiteOut, SitePage
from api.schemas.rules import RuleIn, RuleOut
from api.schemas.versions import BothSawOut, ChallengeIn, ChallengeOut, ComparisonOut, GoBackIn, VersionsOut
from api.schemas.words import Role, RuleState
from dashboard import around, client, comparing, drawing
from dashboard.client import Refused
from dashboard.listing import local
from dashboard.telling import tried

ACROSS = 3
TITLES = {"new": "Only the new one", "old": "Only the one in force", "both": "Both"}


def show() -> None:
    """Choose a site; what is at work there, how the two compare, and what can be done."""
    sites = client.get("/sites", SitePage).items
    if not sites:
        st.html('<p class="bw-big">There is no site that you may see.</p>')
        return
    site = _chosen(sites)
    told = client.get(f"/sites/{client.quoted(site.id)}/versions", VersionsOut)
    st.html(comparing.head(told, site.name))
    if told.back_to is not None:
        _back(site, told.back_to, told.back_leaves_out)
    if told.challenge is not None:
        st.html(comparing.challenge(told.challenge, site.time_zone, around.now()))
    if around.me().role is Role.ADMIN:
        _challenge(site, told)
        _canary(site, told)
    if told.comparison is not None:
        _compared(site, told.comparison)


def _chosen(sites: Sequence[SiteOut]) -> SiteOut:
    names = {site.id: site.name for site in sites}
    asked = st.query_params.get("site")
    if len(sites) > 1:
        asked = st.segmented_control(
            "Site", list(names), default=asked if asked in names else sites[0].id, key="versions-site",
            format_func=lambda site: names[site], label_visibility="collapsed",
        ) or asked  # fmt: skip
    site = next((site for site in sites if site.id == asked), sites[0])
    st.query_params["site"] = site.id
    return site


def _back(site: SiteOut, version: str, leaves_out: str | None) -> None:
    """One click of one person, with a reason that may be added."""
    if around.me().role not in (Role.SUPERVISOR, Role.ADMIN):
        return
    if leaves_out:
        st.html(f'<p class="bw-line bw-not-sent">Not protected after going back: {escape(leaves_out)}.</p>')
    with st.container(key="versions-back", horizontal=True, vertical_alignment="bottom"):
        reason = st.text_input("Why go back", key=f"back-why-{site.id}", placeholder="Why (optional)")
        if st.button(f"Go back to {version}", key=f"back-{site.id}", type="primary"):
            body = GoBackIn(reason=reason.strip() or "no reason given")

            def send() -> str:
                done = client.post(f"/sites/{client.quoted(site.id)}/go-back", RuleOut, body)
                return f"{site.name} is back at {done.model_name}, revision {done.revision}."

            tried(send)
            st.rerun()


def _challenge(site: SiteOut, told: VersionsOut) -> None:
    path = f"/sites/{client.quoted(site.id)}/challenge"
    if told.challenge is not None and told.challenge.ended_at is None:
        if st.button(f"End the challenge of {told.challenge.model_name}", key=f"end-{site.id}"):
            tried(lambda: f"{client.post(f'{path}/end', ChallengeOut).model_name} looks at no more frames.")
            st.rerun()
        return
    if not told.known:
        st.info("No other version is known here: `bearwatch model add BUNDLE` at the machine makes one known.")
        return
    with st.expander("Try another version in shadow"), st.form(f"challenge-{site.id}", border=False):
        model = st.selectbox("Version", told.known, key=f"challenge-model-{site.id}")
        reason = st.text_input("Why", key=f"challenge-why-{site.id}", max_chars=2000)
        st.caption("It looks at the same frames when no frame waits. It decides nothing, and nobody hears of it.")
        if st.form_submit_button("Let it look"):
            _begin(path, model, reason.strip())
            st.rerun()


def _begin(path: str, model: str, reason: str) -> None:
    def send() -> str:
        if not reason:
            raise Refused("say why it is tried", 422)
        done = client.post(path, ChallengeOut, ChallengeIn(model=model, reason=reason))
        return f"{done.model_name} looks at the frames of {done.site} in shadow."

    tried(send)


def _canary(site: SiteOut, told: VersionsOut) -> None:
    """The rule in force once more, with another version on some cameras: a proposal like any other."""
    mine = [row.id for row in client.get("/cameras", CameraPage, site=site.id).items]
    if site.rule is None or not told.known or len(mine) < 2:
        return
    with (
        st.expander("Let another version decide on some cameras (canary)"),
        st.form(f"canary-{site.id}", border=False),
    ):
        first = (
            told.challenge.model_name if told.challenge and told.challenge.model_name in told.known else told.known[0]
        )
        model = st.selectbox("Version", told.known, index=told.known.index(first), key=f"canary-model-{site.id}")
        cameras = st.multiselect("Cameras", mine, key=f"canary-cameras-{site.id}")
        last = st.date_input("Last day", value=around.now().date() + timedelta(days=7), key=f"canary-last-{site.id}")
        override = st.text_input("Override reason (widens without the checklist)", key=f"canary-override-{site.id}")
        answer = st.text_area("What if this works really, really well?", key=f"canary-answer-{site.id}")
        reason = st.text_input("Why this canary", key=f"canary-why-{site.id}", max_chars=2000)
        if st.form_submit_button("Propose"):
            canary = {"model": model, "cameras": cameras, "last_day": str(last)}
            raw = {name: value for name, value in site.rule.terms.items() if value not in (None, [])}
            raw |= {"canary": canary, "model": site.rule.model, "first_day": None}
            raw["override"] = {"reason": override.strip()} if override.strip() else None
            raw["answers"] = {"if_it_worked_really_well": answer.strip()} if answer.strip() else None
            _propose({name: value for name, value in raw.items() if value is not None}, reason.strip())
            st.rerun()


def _propose(raw: dict[str, Any], reason: str) -> None:
    def send() -> str:
        if not reason:
            raise Refused("say why this canary", 422)
        done = client.post("/rules", RuleOut, RuleIn(**raw, reason=reason))
        more = " A second person approves it on the page Sites." if done.state is RuleState.PROPOSED else ""
        return f"Revision {done.revision} of {done.site} is {drawing.words(done.state)}.{more}"

    tried(send)


def _compared(site: SiteOut, of: ComparisonOut) -> None:
    """The counts in words and as a table; then the pictures, the disagreements first."""
    st.html(comparing.sentence(of))
    st.html(drawing.table(comparing.HEAD, comparing.rows(of)))
    st.html(comparing.costs(of))
    for said, title in TITLES.items():
        shown = [visit for visit in of.shown if visit.said == said]
        count = {"new": of.only_new, "old": of.only_old, "both": of.both}[said]
        with st.expander(f"{title}: {count}", expanded=said != "both" and bool(shown)):
            if len(shown) < count:
                st.caption(f"the newest {len(shown)}")
            if not shown:
                st.html('<p class="bw-line bw-quiet">no visit</p>')
            for begin in range(0, len(shown), ACROSS):
                for column, visit in zip(st.columns(ACROSS), shown[begin : begin + ACROSS], strict=False):
                    column.html(_tile(visit, of, site))
    with st.expander("How it is compared"):
        st.html(
            "".join(
                f'<p class="bw-line"><b>{escape(name)}</b>: {escape(says)}</p>' for name, says in of.methods.items()
            )
        )


def _tile(visit: BothSawOut, of: ComparisonOut, site: SiteOut) -> str:
    try:
        seen = drawing.picture(client.picture(visit.picture, width=800), alt=f"frame {visit.frame}")
    except Refused as no:
        seen = f'<div class="bw-none">no picture: {escape(str(no))}</div>'
    when = local(visit.started_at, site.time_zone, around.now())
    return (
        f'<div class="bw-tile">{seen}<div class="bw-words"><b>{escape(visit.camera)}</b> · {escape(when)}<br>'
        f"{escape(comparing.sure(visit, of))}</div></div>"
    )
