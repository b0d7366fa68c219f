"""Proposing: the form of a rule, and a proposal in words."""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

import streamlit as st

from api.schemas.park import CameraOut, SiteOut
from api.schemas.rules import MissingOut, RuleIn, RuleOut
from api.schemas.widening import MissingItemOut, PreviewOut
from api.schemas.words import Audience, RuleState, Stage
from dashboard import around, client, drawing, forecasting, limiting, scoping, stepping
from dashboard.listing import local
from dashboard.telling import tried, written

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS, BY_HOURS = "always", "between hours"
TIMES = (ALWAYS, BY_HOURS, "night", "day", "dusk-to-dawn")


def summary(rule: RuleOut, zone: str) -> None:
    """A proposal: what it would do, in which ways it is wider, what it lacks."""
    when = local(rule.proposed_at, zone, around.now())
    if rule.state is RuleState.APPROVED:
        state = "approved, its first day is still to come"
    else:
        state = "waits for a second person" if not lacks(rule) else "is not complete"
    override = f'<p class="bw-line"><span class="bw-override">Override: {escape(rule.override or "")}</span></p>'
    answer = (rule.terms.get("answers") or {}).get("if_it_worked_really_well")
    wider = f"Wider: {', '.join(rule.wider)}." if rule.wider else "Not wider than the rule in force."
    st.html(
        f'<p class="bw-line"><b>Proposal, revision {rule.revision}, {escape(state)}</b>: {escape(rule.says)}</p>'
        f"{override if rule.override else ''}"
        f'<p class="bw-line">{escape(wider)} Because: {escape(rule.reason)}</p>'
        f'<p class="bw-line bw-quiet">If it works really well: {escape(answer or "no answer")}</p>'
        f'<p class="bw-line bw-quiet">Proposed by {escape(rule.proposed_by)}, {when}</p>'
    )
    if rule.void:
        st.html(f'<p class="bw-line bw-not-sent"><b>VOID</b>: {escape(rule.void)}. Propose it again.</p>')
    elif rule.missing:
        first = '<p class="bw-line"><b>Nobody can approve it before it has:</b></p>' if lacks(rule) else ""
        st.html(first + missing(rule))


def missing(rule: RuleOut) -> str:
    """What it lacks, as a table."""
    return lacking(rule.missing)


def lacking(items: Sequence[MissingOut | MissingItemOut]) -> str:
    """What a proposal lacks, or would lack."""
    rows = [[item.what, item.has, item.needs, item.by or ""] for item in items]
    return drawing.table(["What", "Has", "Needs", "At this pace by"], rows)


def lacks(rule: RuleOut) -> bool:
    """Whether more is missing than a second person, so that nobody can approve it yet."""
    return any("person" not in item.what and "people" not in item.what for item in rule.missing)


def form(site: SiteOut, cameras: Sequence[CameraOut]) -> None:
    """The keys of rule.toml. Filled with what is in force; nothing is decided here."""
    now = site.rule.terms if site.rule else {}
    kind = _hours_kind(site, now)
    with st.form(f"propose-{site.id}"):
        raw = _who_and_where(site, now, [camera.id for camera in cameras]) | _when(site, now, kind) | _how(site, now)
        with st.expander("Guardrails: any of them failing narrows by itself"):
            raw["guardrails"] = limiting.fields(site.id, now.get("guardrails") or {})
        override = st.text_input("Override reason (widens without the checklist, at most 14 days, red everywhere)")
        answer = st.text_area("What if this works really, really well? Who is affected, and how would you know?")
        reason = st.text_area("Why this rule")
        look, sent = st.columns(2)
        looked = look.form_submit_button("What would it have done?", width="stretch")
        submitted = sent.form_submit_button("Propose", type="primary", width="stretch")
    raw["override"] = {"reason": override} if override.strip() else None
    raw["answers"] = {"if_it_worked_really_well": answer} if answer.strip() else None
    told = {name: value for name, value in raw.items() if value not in (None, [], {})}
    if looked:
        _look(site, cameras, told)
    elif submitted:
        _propose(told, reason)


def _look(site: SiteOut, cameras: Sequence[CameraOut], raw: dict[str, Any]) -> None:
    """What the rule would have done, what it would lack, and its scope; nothing is proposed."""
    wanted = RuleIn(reason="a preview", **raw)
    try:
        with st.spinner("Asking the stored detections of the last 8 weeks"):
            found = client.post("/rules/preview", PreviewOut, wanted, timeout=client.LONG_S)
    except client.Refused as no:
        st.error(f"It would be refused as it is: {no}")
        return
    if found.refused:
        st.error(f"It would be refused as it is: {found.refused}")
    wider = f"Wider: {', '.join(found.wider)}." if found.wider else "Not wider than the rule in force."
    step = stepping.name(Stage(raw["stage"]), Audience(raw["audience"]))
    others = [item for item in found.missing if not item.what.startswith("exit checklist")]
    written(
        f'<p class="bw-line"><b>{escape(wider)}</b> Nothing is proposed yet.</p>',
        forecasting.would_have(found.would_have) if found.would_have else "",
        stepping.checklist(found.exit, step),
        f'<p class="bw-line"><b>It would also lack:</b></p>{lacking(others)}' if others else "",
        scoping.week(found.week), scoping.sketch(site, cameras, found.week.cameras),
    )  # fmt: skip


def _propose(raw: dict[str, Any], reason: str) -> None:
    if not reason.strip():
        st.error("Why this rule: say why, in a few words.")
        return

    def send() -> str:
        done = client.post("/rules", RuleOut, RuleIn(reason=reason.strip(), **raw), timeout=client.LONG_S)
        lacks = "; ".join(f"{item.what}: has {item.has}, needs {item.needs}" for item in done.missing)
        return f"Revision {done.revision} is {drawing.words(done.state)}." + (f" It lacks: {lacks}." if lacks else "")

    tried(send)
    st.rerun()


def _who_and_where(site: SiteOut, now: dict[str, Any], cameras: Sequence[str]) -> dict[str, Any]:
    key = f"rule-{site.id}"
    stage = _one_of("Stage", list(Stage), now.get("stage") or Stage.SHADOW, f"{key}-stage")
    audience = _one_of("Warnings go to", list(Audience), now.get("audience") or Audience.RANGERS, f"{key}-audience")
    known = [camera for camera in now.get("cameras") or [] if camera in cameras]
    chosen = st.multiselect("Cameras (none: all)", cameras, default=known, key=f"{key}-cameras")
    return {
        "site": site.id, "model": now.get("model", "default"), "stage": stage, "audience": audience,
        "cameras": chosen, "canary": _canary(now),
    }  # fmt: skip


def _canary(now: dict[str, Any]) -> dict[str, Any] | None:
    """The canary of the rule in force goes on until its last day. The page Versions makes one."""
    told: dict[str, Any] | None = now.get("canary")
    return told if told is not None and told["last_day"] >= around.now().date().isoformat() else None


def _one_of(label: str, names: Sequence[str], at_first: str, key: str) -> str:
    """One tap to choose; tapping it again does not choose nothing."""
    return str(st.segmented_control(label, names, default=at_first, key=key) or at_first)


def _hours_kind(site: SiteOut, now: dict[str, Any]) -> str:
    """Outside the form, whose fields hang on it."""
    at_first = BY_HOURS if now.get("hours") else now.get("sun") or ALWAYS
    return str(st.selectbox("Hours", TIMES, index=TIMES.index(at_first), key=f"rule-{site.id}-kind"))


def _when(site: SiteOut, now: dict[str, Any], kind: str) -> dict[str, Any]:
    key, spans = f"rule-{site.id}", ""
    if kind == BY_HOURS:
        at_first = ", ".join(now.get("hours") or ["20:00-06:00"])
        spans = st.text_input("Between, site time", value=at_first, key=f"{key}-hours")
    days = st.multiselect("Weekdays (none: all)", WEEKDAYS, default=now.get("weekdays") or [], key=f"{key}-days")
    left, right = st.columns(2)
    first = left.date_input("First day (none: at once)", value=None, key=f"{key}-first")
    last = right.date_input("Last day", value=_soon(), key=f"{key}-last")
    told: dict[str, Any] = {"weekdays": days, "first_day": _iso(first), "last_day": _iso(last)}
    if kind == BY_HOURS:
        told["hours"] = [span.strip() for span in spans.split(",") if span.strip()]
    elif kind != ALWAYS:
        told["sun"] = kind
    return told


def _how(site: SiteOut, now: dict[str, Any]) -> dict[str, Any]:
    key = f"rule-{site.id}"
    left, middle, right = st.columns(3)
    threshold = left.number_input(
        "Threshold (none: the model's own)", 0.0, 1.0, now.get("threshold"), 0.05, key=f"{key}-threshold"
    )
    minutes = middle.number_input(
        "Minutes to answer", 0.5, 1440.0, float(now.get("deadline_minutes") or 5), 1.0, key=f"{key}-deadline"
    )
    silence = ("stay-silent", "ask-again")
    after = right.selectbox(
        "Nobody answers", silence, index=silence.index(now.get("unconfirmed") or silence[0]), key=f"{key}-after"
    )
    cooldown = now.get("cooldown_minutes", 30)
    return {"threshold": threshold, "deadline_minutes": minutes, "unconfirmed": after, "cooldown_minutes": cooldown}


def _iso(day: object) -> str | None:
    return day.isoformat() if isinstance(day, date) else None


def _soon() -> date:
    return around.now().date() + timedelta(days=7)
