"""What a wider rule needs and would have done, before anybody proposes or approves it."""

from fastapi import APIRouter

from api import shown
from api.dependencies import Admin, Anyone, ClockDep, Number, ReadDep, SystemDep
from api.schemas.rules import RuleIn
from api.schemas.widening import PreviewOut, StepOut, TrialPage, WeekOut
from rollout import asked, previews
from rollout.actors import Actor
from rollout.terms import read
from store import park, rules, tables, trials
from store.errors import NotFound
from store.session import Session
from store.vocabulary import Role

router = APIRouter(tags=["rollout"])


@router.get("/sites/{site}/exit")
def step(site: str, who: Anyone, session: ReadDep, parts: SystemDep, now: ClockDep) -> StepOut:
    """Where a site stands on its way, and the exit checklist of its next step, with the scope it has."""
    drawn = parts.settings.timelapse_hours
    return shown.step(site, previews.step(session, _site(session, site, who), now=now, drawn_hours=drawn))


@router.post("/rules/preview")
def preview(told: RuleIn, who: Admin, session: ReadDep, parts: SystemDep, now: ClockDep) -> PreviewOut:
    """What a proposal would be, and what it would have done on the stored detections. Nothing is written."""
    wanted = read(told.model_extra or {})
    who.require(Role.ADMIN, wanted.site)
    return shown.preview(previews.of(session, wanted, default_model=parts.default_bundle.sha256, now=now))


@router.get("/rules/{rule}/week")
def week(rule: Number, who: Anyone, session: ReadDep, now: ClockDep) -> WeekOut:
    """A revision's scope as a week of hours, with the holes in its duty cover."""
    row = rules.get(session, rule)
    _site(session, row.site_id, who)
    return shown.week(asked.of_row(session, row).cameras, previews.of_row(session, row, now))


@router.get("/trials")
def reports(who: Anyone, session: ReadDep, site: str | None = None) -> TrialPage:
    """What came of each trial of a site or of all, newest first."""
    mine = [_site(session, site, who).id] if site else who.sites or None
    return TrialPage(items=[shown.trial(row) for row in trials.of_sites(session, mine)])


def _site(session: Session, site: str, who: Actor) -> tables.Site:
    if who.sites and site not in who.sites:
        raise NotFound(f'there is no site "{site}" for {who.name}')
    return park.site(session, site)
