"""Saving: what a decision leaves behind, written in the transaction that it was made in."""

from dataclasses import asdict

from model.detections import Detection, Failed
from rollout import alerts, caps, visits
from rollout.alerts import Cause
from rollout.reading import Case, Near
from rollout.situations import Decision
from rollout.visits import Attached
from store import decisions, tables
from store import visits as rows
from store.session import Session
from store.vocabulary import Act, Reason

RAISES = (Act.RECORD, Act.ASK, Act.WARN)


def save(
    session: Session, case: Case, near: Near, decision: Decision
) -> tuple[tables.Visit | None, tables.Alert | None]:
    """Write detection, visit, decision and alert of one frame; give the visit and the alert raised or joined."""
    visit = _save_visit(session, case, near, near.to) if near.to else None
    decisions.add(session, _decision(case, decision, visit), _detection(case))
    alert = _save_alert(session, case, near, decision, visit) if visit else None
    counts = decision.act in (Act.ASK, Act.WARN) or decision.reason is Reason.DAILY_CAP
    if counts and case.rule is not None and case.frame.send:
        caps.tell(session, case.site, case.rule, now=case.now)
    return visit, alert


def _detection(case: Case) -> tables.Detection | None:
    found, rule = case.found, case.rule
    if rule is None or found is None:
        return None
    row = tables.Detection(frame_id=case.frame.id, model_sha256=case.model, probabilities={}, boxes=[], seconds=0.0)
    if isinstance(found, Failed):
        row.error = f"{found.kind}: {found.detail}"
    else:
        row.label, row.p_bear, row.probabilities = found.label, found.p_bear, dict(found.probabilities)
        row.out_of_domain_p, row.night, row.seconds = found.out_of_domain_p, found.night, found.seconds
        row.boxes = [asdict(box) for box in found.boxes]
    return row


def _save_visit(session: Session, case: Case, near: Near, to: Attached) -> tables.Visit:
    frame, p_bear = case.frame, case.found.p_bear if isinstance(case.found, Detection) else 0.0
    row = near.home.visit if near.home else None
    if row is None:
        row = tables.Visit(
            group_id=case.camera.group_id, site_id=case.site.id, camera_id=case.camera.id,
            model_sha256=case.model, label=to.kind, bear=to.kind == visits.BEAR, started_at=frame.taken_at,
            last_at=frame.taken_at, frames=1, p_bear=p_bear, best_frame_id=frame.id,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row
    rows.grow(session, row, at=frame.taken_at, p_bear=p_bear, frame=frame.id)
    for other in to.absorbs:
        rows.absorb(session, row, near.known[other].visit)
    for other in to.links:
        rows.link(row, near.known[other].visit)
    return row


def _decision(case: Case, decision: Decision, visit: tables.Visit | None) -> tables.Decision:
    scored = isinstance(case.found, Detection)
    return tables.Decision(
        frame_id=case.frame.id, camera_id=case.camera.id, rule_id=case.rule.id if case.rule else None,
        stage=decision.stage, act=decision.act, reason=decision.reason, says=decision.says,
        visit_id=visit.id if visit else None, model_sha256=case.model if case.found else None,
        p_bear=case.found.p_bear if isinstance(case.found, Detection) else None,
        threshold=case.threshold if scored else None, decided_at=case.now,
    )  # fmt: skip


def _save_alert(
    session: Session, case: Case, near: Near, decision: Decision, visit: tables.Visit
) -> tables.Alert | None:
    raised = near.raised
    if decision.act is Act.JOIN and raised:
        alerts.join(raised[-1], case.camera.id)
        return raised[-1]
    if decision.act not in RAISES or case.rule is None or case.terms is None or not isinstance(case.found, Detection):
        return None
    cause = Cause(
        frame=case.frame, visit=visit, rule=case.rule, terms=case.terms, site=case.site, found=case.found,
        decision=decision, turn=len(raised) + 1,
    )  # fmt: skip
    return alerts.raise_one(session, cause, now=case.now)
