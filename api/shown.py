"""Shown: stored things as the shapes that go out. Looks up, decides nothing."""

from typing import Any

from api.schemas.alerts import AlertOut, BoxOut, MomentOut
from api.schemas.park import DecisionOut
from api.schemas.rules import ApprovalOut, MissingOut, RuleOut
from rollout.proposals import RuleView
from store import alerts, models, rules, tables
from store.session import Session
from store.vocabulary import Verdict

DEMO_MODEL = "demo-scenery"


def rule(view: RuleView, names: dict[str, str]) -> RuleOut:
    """A revision of a rule. names: model version's name by sha256."""
    return RuleOut(
        rule=view.rule, site=view.site, revision=view.revision, state=view.state, stage=view.stage,
        audience=view.audience, widens=view.widens, wider=list(view.wider),
        missing=[MissingOut(what=item.what, has=item.has, needs=item.needs, by=item.by) for item in view.missing],
        approvals=[ApprovalOut(person=yes.person, at=yes.at, bound_to=yes.bound_to) for yes in view.approvals],
        bound_to=view.bound_to, override=view.override, stopped=view.stopped, protected=view.protected,
        protected_says=view.protected_says, model=view.model, model_name=names.get(view.model, view.model[:12]),
        reason=view.reason, proposed_by=view.proposed_by, proposed_at=view.proposed_at, demo=view.demo,
        terms=dict(view.terms), says=scope(view),
    )  # fmt: skip


def model_names(session: Session) -> dict[str, str]:
    """Names by sha256."""
    return {row.sha256: row.name for row in models.versions(session)}


def scope(view: RuleView) -> str:
    """Stage and scope in one sentence."""
    said = view.terms
    parts = [
        "cameras " + ", ".join(said["cameras"]) if said.get("cameras") else "all cameras",
        ", ".join(said["weekdays"]) if said.get("weekdays") else "every day",
        ", ".join(said.get("hours") or ()) or (f"by the sun: {said['sun']}" if said.get("sun") else "all hours"),
    ]
    if said.get("first_day"):
        parts.append(f"from {said['first_day']}")
    if said.get("last_day"):
        parts.append(f"until {said['last_day']}")
    return f"{view.stage}: {', '.join(parts)}; audience {view.audience}"


def alert(session: Session, row: tables.Alert) -> AlertOut:
    """An alert with its story."""
    site = session.get_one(tables.Site, row.site_id)
    version = session.get_one(tables.Visit, row.visit_id).model_sha256
    given = alerts.verdict_of(session, row.id)
    return AlertOut(
        id=row.id, site=row.site_id, site_name=site.name, camera=row.camera_id, cameras=row.cameras,
        state=row.state, stage=row.stage, audience=row.audience, reason=row.reason, says=row.says,
        label=row.label, p_bear=row.p_bear, out_of_domain_p=row.out_of_domain_p, raised_at=row.raised_at,
        taken_at=row.taken_at, deadline=row.deadline,
        claimed_by=rules.name_of(session, row.claimed_by) if row.claimed_by else None, claimed_at=row.claimed_at,
        unconfirmed=row.asked_again, replay=not row.send, demo_model=is_demo(session, version), turn=row.turn,
        visit=row.visit_id, rule=row.rule_id, picture=f"/api/v1/alerts/{row.id}/picture.jpg",
        clip=f"/api/v1/alerts/{row.id}/clip.mp4", boxes=[BoxOut(**box) for box in row.boxes],
        verdict=Verdict(given) if given else None, would_have=row.would_have or None,
        timeline=[MomentOut(at=m.at, who=m.who, says=m.says) for m in alerts.timeline(session, row)],
    )  # fmt: skip


def is_demo(session: Session, sha256: str | None) -> bool:
    """Whether a version is the demo's."""
    row = session.get(tables.ModelVersion, sha256) if sha256 else None
    return row is not None and row.name == DEMO_MODEL


def decision(frame: tables.Frame, row: tables.Decision) -> DecisionOut:
    """A frame's decision."""
    return DecisionOut(
        frame=frame.id, camera=frame.camera_id, taken_at=frame.taken_at, act=row.act, reason=row.reason,
        stage=row.stage, says=row.says, rule=row.rule_id, visit=row.visit_id, model=row.model_sha256,
        p_bear=row.p_bear, threshold=row.threshold, decided_at=row.decided_at, width=frame.width,
        height=frame.height, clock_fault=frame.clock_fault,
    )  # fmt: skip


def plain(value: Any) -> Any:
    """A shape as JSON's own types, times as RFC 3339."""
    return value.model_dump(mode="json")
