"""Revisions: what is written down when a rule is proposed, how people see it, and whether it still holds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rollout import approvals, asked, canaries, checklist, exits, going_back, protection, stages, terms, validity
from rollout.approvals import Yes
from rollout.canaries import Canary
from rollout.exit_facts import Item
from rollout.going_back import Narrowed
from rollout.stages import WARNS, Missing
from rollout.terms import Terms
from rollout.would_have import Forecast
from store import park, people, rules, tables
from store.errors import RuleMalformed
from store.session import Session
from store.vocabulary import Audience, RuleState, Stage


@dataclass(frozen=True, kw_only=True)
class RuleView:
    """A revision as people see it, with what protects its site now. cameras: None where it holds new ones too.

    exit, would_have: as they were frozen when it was proposed. void: why nobody can approve it any more.
    narrowed: the guardrails that failed and still hold, where it is in force.
    """

    rule: int
    site: str
    revision: int
    state: RuleState
    stage: Stage
    audience: Audience
    widens: bool
    wider: tuple[str, ...]
    missing: tuple[Missing, ...]
    approvals: tuple[Yes, ...]
    bound_to: str
    override: str | None
    stopped: bool
    protected: bool
    protected_says: str
    model: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    demo: bool
    terms: Mapping[str, Any]
    cameras: tuple[str, ...] | None
    exit: tuple[Item, ...]
    would_have: Mapping[str, Any] | None
    void: str | None
    narrowed: tuple[Narrowed, ...] = ()


def new_row(
    session: Session, wanted: Terms, *, default_model: str, reason: str, now: datetime,
    forecast: Forecast | None = None,
) -> tables.Rule:  # fmt: skip
    """A revision not in the session yet, judged against the rule in force.

    forecast: what it would have done; frozen with the exit checklist where the rule is wider.
    """
    old = rules.in_force(session, wanted.site)
    told = asked.of(session, wanted, default_model=default_model)
    new, version = told.before, told.version
    before = going_back.acting(session, asked.of_row(session, old).before) if old else None
    wider, second = stages.wider(new, before), stages.needs_second(new, before)
    canary = _canary(session, wanted, version, new.cameras, default=default_model, now=now)
    if canary is not None and wanted.stage in WARNS:
        wider += canaries.wider(canary, _canary_of(old))
    rests = old if old and WARNS.keys() >= {old.stage, wanted.stage} and old.override_reason else None
    evidence: dict[str, Any] = {"replaces": old.id if old else None, "wider": list(wider), "second": list(second)}
    if failed := going_back.failed(session, wanted.site):
        evidence["narrowed"] = failed
    if wanted.stage in WARNS:
        evidence["cameras"] = sorted(new.cameras)
    if rests and not wider:
        evidence["override_of"] = rests.evidence.get("override_of") or rests.id
    if wider:
        evidence["exit"] = exits.of(session, told, forecast=forecast, now=now).plain()
    if forecast is not None:
        evidence["would_have"] = forecast.plain()
    if canary is not None:
        evidence["canary"] = {**canary.body(), "sha256": canary.model}
    body = wanted.body()
    return tables.Rule(
        site_id=wanted.site,
        revision=rules.next_revision(session, wanted.site),
        model_sha256=version.sha256,
        stage=wanted.stage,
        audience=wanted.audience,
        body=body,
        state=RuleState.PROPOSED,
        widens=bool(wider),
        needs_second=bool(wider or second),
        reason=reason,
        override_reason=_override(wanted, rests, wider),
        evidence=evidence,
        bound_to=approvals.bind(body, model_sha256=version.sha256, evidence=evidence),
        proposed_at=now,
        replaces_id=old.id if old else None,
    )


def view(session: Session, row: tables.Rule, now: datetime) -> RuleView:
    """The revision with everything people need to judge it."""
    site = session.get_one(tables.Site, row.site_id)
    safe = protection.of(session, site, now)
    return RuleView(
        rule=row.id,
        site=row.site_id,
        revision=row.revision,
        state=row.state,
        stage=row.stage,
        audience=row.audience,
        widens=row.widens,
        wider=tuple(row.evidence.get("wider", ())),
        missing=missing(session, row, now) if row.state is RuleState.PROPOSED else (),
        approvals=yeses(session, row),
        bound_to=row.bound_to,
        override=row.override_reason,
        stopped=safe.stopped,
        protected=safe.protected,
        protected_says=safe.says,
        model=row.model_sha256,
        reason=row.reason,
        proposed_by=rules.name_of(session, row.proposed_by),
        proposed_at=row.proposed_at,
        demo=row.demo,
        terms=row.body,
        cameras=rules.cameras_of(row),
        exit=frozen_exit(row),
        would_have=row.evidence.get("would_have"),
        void=validity.void(session, row) if row.state is RuleState.PROPOSED else None,
        narrowed=going_back.of(session, row),
    )


def missing(session: Session, row: tables.Rule, now: datetime, *, signers: bool = True) -> tuple[Missing, ...]:
    """What a proposal lacks; signers: the people too."""
    site = session.get_one(tables.Site, row.site_id)
    found: tuple[Missing, ...] = ()
    if row.widens:
        said = terms.read(row.body)
        duties = [duty.hours for duty in park.duties(session, site.id)]
        found = stages.missing_to_widen(
            said,
            today=today(site, now),
            uncovered=stages.uncovered_minutes(said, duties),
            receivers=len(park.receivers(session, site.id, said.audience)),
            cameras=len(asked.cameras(session, said)),
            unmet=_unmet(row),
        )
    if signers and row.needs_second:
        until = lone_until(session, row)
        found += approvals.missing_people(
            yeses(session, row), bound_to=row.bound_to,
            alone_until=until.astimezone(ZoneInfo(site.time_zone)).date().isoformat() if until else None,
        )  # fmt: skip
    return found


def yeses(session: Session, row: tables.Rule) -> tuple[Yes, ...]:
    """Who has said yes and may still act: somebody who was revoked does not count."""
    given = rules.approvals(session, row.id)
    return tuple(
        Yes(person=person.name, at=yes.at, bound_to=yes.bound_to) for yes, person in given if not person.revoked_at
    )


def frozen_exit(row: tables.Rule) -> tuple[Item, ...]:
    """The exit checklist as it was when the revision was proposed."""
    return tuple(exits.read_item(item) for item in (row.evidence.get("exit") or {}).get("items", ()))


def _unmet(row: tables.Rule) -> tuple[Missing, ...]:
    if "exit" not in row.evidence:
        needs = "a proposal of today, or an override with a reason"
        return (Missing(what="exit checklist", has="no evidence was frozen", needs=needs),)
    return checklist.unmet(frozen_exit(row))


def lone_until(session: Session, row: tables.Rule) -> datetime | None:
    """When a proposal has waited enough where its proposer was the only person all the time; None where another was.

    Never past trial.
    """
    if row.stage is not Stage.TRIAL or row.proposed_by is None:
        return None
    others = people.others_since(session, row.proposed_by, row.proposed_at)
    return None if others else row.proposed_at + approvals.ALONE_WAITS


def check_cameras(session: Session, wanted: Terms) -> None:
    known = {camera.id: camera.site_id for camera in park.cameras(session)}
    for camera in wanted.cameras:
        if known.get(camera) != wanted.site:
            where = f"belongs to site {known[camera]}" if camera in known else "is not known"
            mine = ", ".join(sorted(name for name, site in known.items() if site == wanted.site)) or "none"
            raise RuleMalformed(f'cameras: "{camera}" {where}; cameras of {wanted.site} are: {mine}')


def _canary(
    session: Session, wanted: Terms, version: tables.ModelVersion, holds: Collection[str], *, default: str,
    now: datetime,
) -> Canary | None:  # fmt: skip
    """The canary with its version's sha256 for its name. Raises RuleMalformed where it cannot be."""
    if wanted.canary is None:
        return None
    tried = park.model(session, wanted.canary.model, default=default)
    groups = {camera.id: camera.group_id for camera in park.cameras(session, wanted.site)}
    canaries.check(
        wanted.canary, groups=groups, holds=sorted(holds), same=tried.sha256 == version.sha256,
        today=today(session.get_one(tables.Site, wanted.site), now),
    )  # fmt: skip
    return replace(wanted.canary, model=tried.sha256)


def _canary_of(row: tables.Rule | None) -> Canary | None:
    """The canary of a revision that warns people, with its version's sha256 for its name."""
    told = rules.canary_of(row) if row is not None and row.stage in WARNS else None
    if told is None:
        return None
    return Canary(model=told.sha256, cameras=told.cameras, last_day=told.last_day, threshold=told.threshold)


def _override(wanted: Terms, rests: tables.Rule | None, wider: Sequence[str]) -> str | None:
    """The reason shown in red: one person alone can neither drop nor change it, nor make it last longer.

    A wider revision with a reason of its own renews it, and needs two people again.
    """
    renewed = wider and wanted.override
    return rests.override_reason if rests and not renewed else wanted.override


def today(site: tables.Site, now: datetime) -> date:
    return now.astimezone(ZoneInfo(site.time_zone)).date()


def starts(row: tables.Rule) -> date:
    return terms.read(row.body).first_day or date.min


def last_day(row: tables.Rule) -> date | None:
    return terms.read(row.body).last_day
