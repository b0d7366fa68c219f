"""Sites and rollout: each site's stage and scope, the stop, and what waits for a second person."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from api.schemas.park import CameraOut, CameraPage, LiftOut, SiteOut, SitePage
from api.schemas.rules import RuleOut, RulePage, StopIn, StopOut
from api.schemas.widening import StepOut, TrialPage, WeekOut
from api.schemas.words import Audience, Role, RuleState, Stage
from dashboard import (
    alarming,
    around,
    client,
    drawing,
    forecasting,
    guarding,
    proposing,
    referring,
    reporting,
    scoping,
    siting,
    stepping,
)
from dashboard.listing import local
from dashboard.telling import tried, written

MAY_LIFT = (Role.SUPERVISOR, Role.ADMIN)
NO_REASON = "no reason given"


def show() -> None:
    """Every site; the stop first."""
    page, cameras = client.get("/sites", SitePage), client.get("/cameras", CameraPage).items
    _stop_all(page)
    for site in page.items:
        with st.container(border=True):
            words, act = st.columns([3, 1])
            mine = [camera for camera in cameras if camera.site == site.id]
            head = siting.head(site, mine, around.now(), ages=False)
            words.html(head + _way(site) + guarding.narrowed(site) + _in_force(site))
            with act:
                _stop(site)
                around.take_watch(site, key=f"watch-{site.id}")
            alarming.alarms(site)
            guarding.guardrails(site)
            guarding.way_back(site)
            for proposal in site.proposals:
                _proposal(proposal, site, mine)
            if around.me().role is Role.ADMIN:
                with st.expander("Propose another rule"):
                    proposing.form(site, mine)
            _more(site, mine)


def _more(site: SiteOut, mine: Sequence[CameraOut]) -> None:
    """What is asked for only when somebody wants to see it."""
    if st.toggle("Next step: what it needs, and the scope now", key=f"exit-{site.id}"):
        _exit(site, mine)
    if st.toggle("Reference ratio: what counts as usual", key=f"reference-{site.id}"):
        referring.references(site)
    if st.toggle("Trial reports", key=f"trials-{site.id}"):
        found = client.get("/trials", TrialPage, site=site.id).items
        st.html("<hr>".join(map(reporting.report, found)) or '<p class="bw-line">No trial has ended here yet.</p>')
    if st.toggle("History", key=f"history-{site.id}"):
        _history(site)


def _way(site: SiteOut) -> str:
    rule = site.rule
    return stepping.line(rule.stage, rule.audience) if rule else stepping.line(Stage.OFF, Audience.RANGERS)


def _exit(site: SiteOut, mine: Sequence[CameraOut]) -> None:
    """The exit checklist of the next step, and the scope of the rule in force."""
    told = client.get_slowly(f"/sites/{site.id}/exit", StepOut)
    step = stepping.name(told.next_stage, told.next_audience)
    written(
        stepping.checklist(told.exit, step) or f'<p class="bw-line">{_no_list(told)}</p>',
        stepping.sooner(told.sooner),
        stepping.to_look_at(told.unseen),
        '<p class="bw-line"><b>Scope of the rule in force</b></p>',
        scoping.week(told.week), scoping.sketch(site, mine, told.week.cameras),
    )  # fmt: skip


def _no_list(told: StepOut) -> str:
    if told.stage is Stage.OFF:
        return "Next is shadow: nothing is sent there, so that it needs no checklist."
    return "This is the last step."


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
    if site.own_stop:
        _lift(StopIn(site=site.id, lift=True), site.lift_asked, site.time_zone)
    if site.stopped:
        return
    if around.me().role is Role.AUDITOR:
        return
    reason = st.text_input(
        "Why stop", key=f"reason-{site.id}", placeholder="Why (optional)", label_visibility="collapsed"
    )
    if st.button(f"STOP {site.name}", key=f"stop-{site.id}", width="stretch", wrap=True):
        _ask(StopIn(site=site.id, reason=reason.strip() or NO_REASON))


def _stop_all(page: SitePage) -> None:
    """For everybody who may stop, and is of the whole park."""
    me = around.me()
    if me.role is Role.AUDITOR or me.sites:
        return
    if page.all_stopped:
        _lift(StopIn(lift=True), page.all_lift_asked, me.time_zone)
    elif len(page.items) > 1 and st.button("STOP ALL SITES", key="stop-all"):
        _ask(StopIn(reason=NO_REASON))


def _lift(told: StopIn, asked: LiftOut | None, zone: str) -> None:
    """Who has asked already, and the button of those who may, unless they were the first."""
    me = around.me()
    may = me.role in MAY_LIFT
    if asked is not None:
        says = siting.lift_says(asked, name=me.name, may=may, zone=zone, now=around.now())
        st.html(f'<p class="bw-line"><b>{escape(says)}</b></p>')
    which = "the stop" if told.site else "the stop of all sites"
    label = f"Ask to lift {which} (two people)" if asked is None else f"Lift {which}"
    if may and (asked is None or asked.by != me.name) and st.button(label, key=f"lift-{told.site}", width="stretch"):
        _ask(told)


def _ask(told: StopIn) -> None:
    def send() -> str:
        done = client.post("/stop", StopOut, told)
        if done.waits_for:
            return f"Asked to lift the stop: it waits for {done.waits_for}."
        return "The stop is lifted." if done.lifted else f"Stopped: {', '.join(done.stopped)}. Nothing is sent."

    tried(send)
    st.rerun()


def _proposal(rule: RuleOut, site: SiteOut, mine: Sequence[CameraOut]) -> None:
    """A revision that waits: what it changes, what it lacks, what it rests on, and the second person's button."""
    proposing.summary(rule, site.time_zone)
    if st.toggle("The evidence that was frozen with it, and its scope", key=f"evidence-{rule.rule}"):
        step = stepping.name(rule.stage, rule.audience)
        told = client.get(f"/rules/{rule.rule}/week", WeekOut)
        written(
            stepping.checklist(rule.exit, f"{step}, as it was when it was proposed"),
            forecasting.would_have(rule.would_have) if rule.would_have else "",
            scoping.week(told), scoping.sketch(site, mine, told.cameras),
            f'<p class="bw-line bw-quiet">An approval is bound to sha256 {escape(rule.bound_to)}</p>',
        )  # fmt: skip
    yes, back, _ = st.columns([2, 2, 3])
    me = around.me()
    may = rule.state is RuleState.PROPOSED and rule.proposed_by != me.name and me.role in MAY_LIFT
    may = may and not proposing.lacks(rule) and rule.void is None
    if may and yes.button(f"Approve revision {rule.revision}", key=f"approve-{rule.rule}", width="stretch"):
        _change(rule, "approve")
    if me.role is Role.ADMIN and back.button("Withdraw", key=f"withdraw-{rule.rule}", width="stretch"):
        _change(rule, "withdraw")


def _change(rule: RuleOut, what: str) -> None:
    def send() -> str:
        done = client.post(f"/rules/{rule.rule}/{what}", RuleOut, timeout=client.LONG_S)
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
