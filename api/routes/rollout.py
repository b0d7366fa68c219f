"""Rules from proposal to force, and the kill switch."""

from fastapi import APIRouter

from api import shown
from api.dependencies import Admin, Anyone, ClockDep, Number, Ranger, ReadDep, Supervisor, SystemDep, WriteDep
from api.schemas.rules import GuardrailPage, RuleIn, RuleOut, RulePage, StopIn, StopOut
from rollout import forecasts, going_back, narrowing, proposals, stops
from rollout.actors import RANK, Actor
from rollout.proposals import RuleView
from rollout.terms import read
from store import park, rules, tables
from store.errors import NotFound
from store.session import Session, transaction
from store.vocabulary import Role, RuleState

router = APIRouter(tags=["rollout"])


@router.get("/rules")
def history(who: Anyone, session: ReadDep, now: ClockDep, site: str | None = None) -> RulePage:
    """Every revision, newest first."""
    rows = [row for row in rules.history(session, site) if _sees(who, row)]
    return RulePage(items=[_out(session, proposals.view(session, row, now)) for row in rows])


@router.get("/rules/{rule}")
def one(rule: Number, who: Anyone, session: ReadDep, now: ClockDep) -> RuleOut:
    """One revision."""
    row = rules.get(session, rule)
    if not _sees(who, row):
        raise NotFound(f"there is no rule {rule}")
    return _out(session, proposals.view(session, row, now))


@router.post("/rules", status_code=201)
def propose(told: RuleIn, who: Admin, parts: SystemDep, now: ClockDep) -> RuleOut:
    """Propose a revision. Narrowing is in force at once; anything wider waits for a second person.

    What it would have done is read first: a transaction must not wait for that.
    """
    wanted, default = read(told.model_extra or {}), parts.default_bundle.sha256
    who.require(Role.ADMIN, wanted.site)
    forecast = forecasts.of_wanted(parts.engine, wanted, default_model=default, now=now)
    with transaction(parts.engine) as session:
        done = proposals.propose(
            session, wanted, by=who, reason=told.reason, now=now, default_model=default, forecast=forecast
        )
        return _out(session, done)


@router.post("/rules/{rule}/approve")
def approve(rule: Number, who: Supervisor, parts: SystemDep, now: ClockDep) -> RuleOut:
    """The second person's yes, on the evidence that was frozen; void where that does not hold any more."""
    forecast = forecasts.of_rule(parts.engine, rule, now=now)
    with transaction(parts.engine) as session:
        return _out(session, proposals.approve(session, rule, by=who, now=now, forecast=forecast))


@router.post("/rules/{rule}/withdraw")
def withdraw(rule: Number, who: Admin, session: WriteDep, now: ClockDep) -> RuleOut:
    """Take a revision back that is not in force."""
    return _out(session, proposals.withdraw(session, rule, by=who, now=now))


@router.get("/sites/{site}/guardrails")
def guardrails(site: str, who: Anyone, session: ReadDep, now: ClockDep) -> GuardrailPage:
    """How the guardrails of the rule in force stand now, each with its numbers."""
    if who.sites and site not in who.sites:
        raise NotFound(f'there is no site "{site}" for {who.name}')
    row = rules.in_force(session, park.site(session, site).id)
    if row is None:
        return GuardrailPage(items=[], narrowed=[])
    return shown.guardrails(narrowing.at_present(session, row, now), going_back.of(session, row))


@router.post("/stop")
def stop(told: StopIn, who: Ranger, parts: SystemDep, now: ClockDep) -> StopOut:
    """The kill switch. Anybody who may answer alerts may stop; lifting takes two people."""
    if told.lift:
        with transaction(parts.engine) as session:
            done = stops.lift(session, told.site, by=who, now=now, data_dir=parts.data_dir)
    else:
        who.require(Role.RANGER, told.site)
        done = stops.press(parts.engine, told.site, by=who.name, reason=told.reason, now=now)
    return StopOut(
        stopped=list(done.stopped), since=done.since, by=done.by, reason=done.reason, lifted=done.lifted,
        waits_for=done.waits_for,
    )  # fmt: skip


def _sees(who: Actor, row: tables.Rule) -> bool:
    """One's own sites, and what waits for a second person elsewhere, where one may be it."""
    waits = row.state is RuleState.PROPOSED and RANK[who.role] >= RANK[Role.SUPERVISOR]
    return waits or not who.sites or row.site_id in who.sites


def _out(session: Session, view: RuleView) -> RuleOut:
    return shown.rule(view, shown.model_names(session))
