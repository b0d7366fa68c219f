"""Sites and rollout: each site's stage and scope, the stop, and what waits for a second person."""

from html import escape

import streamlit as st

from api.schemas.park import CameraPage, SiteOut, SitePage
from api.schemas.rules import RuleOut, RulePage, StopIn, StopOut
from api.schemas.words import Role, RuleState
from dashboard import around, client, drawing, proposing, siting
from dashboard.listing import local
from dashboard.telling import tried

MAY_LIFT = (Role.SUPERVISOR, Role.ADMIN)


def show() -> None:
    """Every site; the stop first."""
    page, cameras = client.get("/sites", SitePage), client.get("/cameras", CameraPage).items
    if around.me().role in MAY_LIFT and len(page.items) > 1:
        _stop_all(page)
    for site in page.items:
        with st.container(border=True):
            words, act = st.columns([3, 1])
            mine = [camera for camera in cameras if camera.site == site.id]
            words.html(siting.head(site, mine, None) + _in_force(site))
            with act:
                _stop(site)
                siting.take_watch(site)
            for proposal in site.proposals:
                _proposal(proposal, site)
            if around.me().role is Role.ADMIN:
                with st.expander("Propose another rule"):
                    proposing.form(site, [camera.id for camera in mine])
            if st.toggle("History", key=f"history-{site.id}"):
                _history(site)


def _in_force(site: SiteOut) -> str:
    if site.rule is None:
        return ""
    rule, now = site.rule, around.now()
    approved = ", ".join(f"{yes.person} ({local(yes.at, site.time_zone, now)})" for yes in rule.approvals) or "nobody"
    made = " · made by the demo" if rule.demo else ""
    return (
        f'<p class="bw-line">Rule in force, revision {rule.revision}: {escape(rule.says)}</p>'
        f'<p class="bw-line bw-quiet">Model {escape(rule.model_name)} · because: {escape(rule.reason)} · '
        f"approved by {escape(approved)}{made}</p>"
    )


def _stop(site: SiteOut) -> None:
    """One press stops; a reason may be added. Lifting takes two people."""
    if site.stopped:
        st.html(f'<p class="bw-line"><span class="bw-override">STOPPED</span> {escape(site.stop_reason or "")}</p>')
        if around.me().role in MAY_LIFT and st.button(
            "Lift the stop (two people)", key=f"lift-{site.id}", width="stretch"
        ):
            _ask(StopIn(site=site.id, lift=True))
        return
    if around.me().role is Role.AUDITOR:
        return
    reason = st.text_input(
        "Why stop", key=f"reason-{site.id}", placeholder="Why (optional)", label_visibility="collapsed"
    )
    if st.button(f"STOP {site.name}", key=f"stop-{site.id}", width="stretch", wrap=True):
        _ask(StopIn(site=site.id, reason=reason.strip() or f"stopped on the dashboard by {around.me().name}"))


def _stop_all(page: SitePage) -> None:
    if page.all_stopped:
        if st.button("Lift the stop of all sites (two people)", key="lift-all"):
            _ask(StopIn(lift=True))
    elif st.button("STOP ALL SITES", key="stop-all"):
        _ask(StopIn(reason=f"all stopped on the dashboard by {around.me().name}"))


def _ask(told: StopIn) -> None:
    def send() -> str:
        done = client.post("/stop", StopOut, told)
        if done.waits_for:
            return f"Asked to lift the stop: it waits for {done.waits_for}."
        return "The stop is lifted." if done.lifted else f"Stopped: {', '.join(done.stopped)}. Nothing is sent."

    tried(send)
    st.rerun()


def _proposal(rule: RuleOut, site: SiteOut) -> None:
    """A revision that waits: what it changes, what it lacks, and the second person's button."""
    proposing.summary(rule, site.time_zone)
    yes, back, _ = st.columns([2, 2, 3])
    me = around.me()
    may = rule.state is RuleState.PROPOSED and rule.proposed_by != me.name and me.role in MAY_LIFT
    if may and yes.button(f"Approve revision {rule.revision}", key=f"approve-{rule.rule}", width="stretch"):
        _change(rule, "approve")
    if me.role is Role.ADMIN and back.button("Withdraw", key=f"withdraw-{rule.rule}", width="stretch"):
        _change(rule, "withdraw")


def _change(rule: RuleOut, what: str) -> None:
    def send() -> str:
        done = client.post(f"/rules/{rule.rule}/{what}", RuleOut)
        return f"Revision {done.revision} of {done.site} is {drawing.words(done.state)}."

    tried(send)
    st.rerun()


def _history(site: SiteOut) -> None:
    """Every revision, newest first."""
    now = around.now()
    rows = [
        [str(rule.revision), drawing.words(rule.state), rule.says, rule.override or "", rule.reason,
         rule.proposed_by, local(rule.proposed_at, site.time_zone, now)]
        for rule in client.get("/rules", RulePage, site=site.id).items
    ]  # fmt: skip
    st.html(drawing.table(["Revision", "State", "Says", "Override", "Because", "By", "When"], rows))
