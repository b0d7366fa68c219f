"""Shown: stored things as the shapes that go out. Looks up, decides nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from api.schemas.alerts import AlertOut, BoxOut, MomentOut
from api.schemas.audit import StandingOut
from api.schemas.overview import DueOut, HoursOut, OverriddenOut, OverviewOut, SiteLineOut
from api.schemas.park import DecisionOut
from api.schemas.rules import ApprovalOut, GuardrailPage, JudgedOut, MissingOut, NarrowedOut, RuleOut
from api.schemas.widening import (
    CellOut,
    ItemOut,
    MissingItemOut,
    PreviewOut,
    StepOut,
    TrialOut,
    WeekOut,
    WouldHaveOut,
)
from ingest import masking
from ingest.frames import Region
from ingest.masks import lies_in
from rollout import blind, claims, withholding
from rollout.exit_facts import Item
from rollout.going_back import Narrowed
from rollout.guardrails import Judged
from rollout.overview import Overview
from rollout.previews import Grid, Preview, Step
from rollout.proposals import RuleView
from rollout.standing import Standing
from store import alerts as alert_rows
from store import frames, masks, models, tables
from store.alerts import Story
from store.session import Session


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
        terms=dict(view.terms), says=scope(view), exit=items(view.exit),
        would_have=WouldHaveOut.model_validate(view.would_have) if view.would_have else None, void=view.void,
        narrowed=[NarrowedOut(**vars(item)) for item in view.narrowed],
    )  # fmt: skip


def items(found: Sequence[Item]) -> list[ItemOut]:
    """The exit checklist."""
    return [ItemOut(**vars(item)) for item in found]


def week(cameras: Sequence[str], grid: Grid) -> WeekOut:
    """A scope as a week."""
    return WeekOut(cameras=list(cameras), grid=[[CellOut(**vars(cell)) for cell in row] for row in grid])


def preview(found: Preview) -> PreviewOut:
    """What a proposal would be."""
    told = found.would_have
    return PreviewOut(
        wider=list(found.wider), second=list(found.second),
        missing=[MissingItemOut(**vars(item)) for item in found.missing], exit=items(found.exit),
        would_have=WouldHaveOut.model_validate(told.plain()) if told else None,
        week=week(found.cameras, found.grid), refused=found.refused,
    )  # fmt: skip


def step(site: str, found: Step) -> StepOut:
    """Where a site stands."""
    stage, audience = found.next or (None, None)
    return StepOut(
        site=site, stage=found.stage, audience=found.audience, next_stage=stage, next_audience=audience,
        exit=items(found.exit), unseen=list(found.unseen), sooner=list(found.sooner),
        week=week(found.cameras, found.grid),
    )  # fmt: skip


def trial(row: tables.TrialReport) -> TrialOut:
    """A trial report."""
    return TrialOut(
        site=row.site_id, rule=row.rule_id, made_at=row.made_at, sha256=row.sha256, says=row.body["says"],
        report=row.body,
    )  # fmt: skip


def guardrails(judged: Sequence[Judged], narrowed: Sequence[Narrowed]) -> GuardrailPage:
    """How a rule's guardrails stand, and which of them narrow it."""
    return GuardrailPage(
        items=[JudgedOut(**vars(item) | {"outcome": item.outcome.value}) for item in judged],
        narrowed=[NarrowedOut(**vars(item)) for item in narrowed],
    )


def standing(site: str, told: Standing) -> StandingOut:
    """What held at a moment."""
    rule = told.rule
    return StandingOut(
        site=site, at=told.at, rule=rule.rule if rule else None, revision=rule.revision if rule else None,
        stage=rule.stage if rule else None, in_force_since=rule.since if rule else None,
        in_force_until=rule.until if rule else None, acts_as=told.acts_as, acted=told.acted,
        why=list(told.why), says=told.says,
    )  # fmt: skip


def overview(told: Overview) -> OverviewOut:
    """The park on one page."""
    return OverviewOut(
        sites=[
            SiteLineOut(**vars(site) | {"hours": HoursOut(**vars(site.hours))}) for site in told.sites
        ],
        due=[DueOut(**vars(item)) for item in told.due],
        overridden=[OverriddenOut(**vars(item) | {"people": list(item.people)}) for item in told.overridden],
        weeks=told.weeks,
    )  # fmt: skip


def model_names(session: Session) -> dict[str, str]:
    """Names by sha256."""
    return {row.sha256: row.name for row in models.versions(session)}


def scope(view: RuleView) -> str:
    """Stage and scope in one sentence."""
    said, held = view.terms, view.terms.get("cameras") or view.cameras
    parts = [
        "cameras " + ", ".join(held) if held else "all cameras",
        ", ".join(said["weekdays"]) if said.get("weekdays") else "every day",
        ", ".join(said.get("hours") or ()) or (f"by the sun: {said['sun']}" if said.get("sun") else "all hours"),
    ]
    if said.get("first_day"):
        parts.append(f"from {said['first_day']}")
    if said.get("last_day"):
        parts.append(f"until {said['last_day']}")
    canary = said.get("canary")
    tried = (
        f"; canary {canary['model']} on {', '.join(canary['cameras'])} until {canary['last_day']}" if canary else ""
    )
    return f"{view.stage}: {', '.join(parts)}; audience {view.audience}{tried}"


def alert(session: Session, row: tables.Alert, *, now: datetime) -> AlertOut:
    """An alert with its story and the pictures of its visit."""
    path, shown = f"/api/v1/alerts/{row.id}/picture.jpg", frames.shown_of(session, row)
    others = [f"{path}?frame={frame}" for frame in shown if frame != row.frame_id]
    return alerts(session, [row], now=now)[0].model_copy(update={"pictures": [path, *others]})


def alerts(session: Session, rows: Sequence[tables.Alert], *, now: datetime) -> list[AlertOut]:
    """The same for many; the number of queries grows with their sites alone."""
    stories, withheld = alert_rows.stories(session, rows), withholding.of_all(session, rows, now)
    zones = masks.zones(session, {row.camera_id for row in rows})
    hidden = blind.drawn(session, [row.id for row in rows])
    return [
        _alert(row, stories[row.id], withheld[row.id], _zones(row, zones)).model_copy(
            update={"blind": row.id in hidden}
        )
        for row in rows
    ]


def _zones(alert: tables.Alert, drawn: Sequence[tables.ViewPart]) -> list[str]:
    """The names of the zones that a box lies in, as they were drawn when the alert was raised."""
    named: dict[str, list[Region]] = {}
    for row in drawn:
        held = row.began_at <= alert.raised_at and (row.ended_at is None or alert.raised_at < row.ended_at)
        if held and row.camera_id == alert.camera_id and row.name is not None:
            named.setdefault(row.name, []).append(masking.region(row))
    boxes = [Region(x=box["x"], y=box["y"], w=box["w"], h=box["h"]) for box in alert.boxes]
    return [name for name, zone in named.items() if any(lies_in(box, zone) for box in boxes)]


def _alert(row: tables.Alert, story: Story, withheld: str | None, zones: list[str]) -> AlertOut:
    return AlertOut(
        id=row.id, site=row.site_id, site_name=story.site_name, camera=row.camera_id, cameras=row.cameras,
        state=row.state, stage=row.stage, audience=row.audience, reason=row.reason, says=row.says,
        label=row.label, p_bear=row.p_bear, out_of_domain_p=row.out_of_domain_p, raised_at=row.raised_at,
        taken_at=row.taken_at, deadline=row.deadline, claimed_by=story.claimed_by, claimed_at=row.claimed_at,
        held_until=claims.held_until(row), no_warning=withheld,
        unconfirmed=row.asked_again, replay=not row.send, demo_model=story.model_name == models.DEMO_SCENERY,
        turn=row.turn, visit=row.visit_id, rule=row.rule_id, picture=f"/api/v1/alerts/{row.id}/picture.jpg",
        clip=f"/api/v1/alerts/{row.id}/clip.mp4", boxes=[BoxOut(**box) for box in row.boxes], zones=zones,
        verdict=story.verdict, warned=story.warned, would_have=row.would_have or None,
        timeline=[MomentOut(at=m.at, who=m.who, says=m.says) for m in story.moments],
    )  # fmt: skip


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
