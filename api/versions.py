"""Versions of a site as they go out: at work, challenging, compared."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from api.bundles import Bundles
from api.schemas.versions import BothSawOut, CanaryOut, ChallengeOut, ComparisonOut, VersionsOut
from rollout import versions
from rollout.challenges import ChallengeView
from rollout.versions import Comparison
from rollout.versions_compared import Visit
from store import challenges, models, park, rules, tables
from store.challenges import Counts
from store.errors import NotFound
from store.session import Session

SHOWN = 12
"""So many of the newest visits of each kind have their picture on the page."""


def of_site(
    session: Session, site: str, *, bundles: Bundles, default_model: str, now: datetime, model: str | None, weeks: int
) -> VersionsOut:
    """Everything that the page Versions shows of a site."""
    row, rule = park.site(session, site), rules.in_force(session, site)
    names = {one.sha256: one.name for one in models.versions(session)}
    told, back = None, versions.may_go_back(session, site, now)
    if rule is not None and (model is not None or challenges.of_site(session, site)):
        told = versions.compare(session, site, default_model=default_model, now=now, model=model, weeks=weeks)
    return VersionsOut(
        site=site, model=rule.model_sha256 if rule else None,
        model_name=names.get(rule.model_sha256, rule.model_sha256[:12]) if rule else None,
        canary=_canary(session, rule, row, now) if rule else None, back_to=back.name if back else None,
        back_leaves_out=back.leaves_out if back else None,
        challenge=_challenge(session, told, bundles) if told and told.challenge else None,
        comparison=comparison(told) if told else None,
        known=[name for sha256, name in names.items() if rule is None or sha256 != rule.model_sha256],
    )  # fmt: skip


def challenge(view: ChallengeView, counts: Counts | None = None) -> ChallengeOut:
    """A challenge with how far it is."""
    return ChallengeOut(**asdict(view), **(asdict(counts) if counts else {}))


def _challenge(session: Session, told: Comparison, bundles: Bundles) -> ChallengeOut | None:
    if told.challenge is None:
        return None
    fault = bundles.fault(session.get_one(tables.ModelVersion, told.challenge.model))
    return challenge(told.challenge, told.counts).model_copy(update={"fault": fault})


def comparison(of: Comparison) -> ComparisonOut:
    """The numbers, and pictures of the visits behind them."""
    return ComparisonOut(**of.told, old=of.old.name, new=of.new.name, shown=_shown(of.visits))


def _shown(visits: Sequence[Visit]) -> list[BothSawOut]:
    newest = sorted(visits, key=lambda visit: visit.last_at, reverse=True)
    return [
        _visit(visit) for said in ("new", "old", "both") for visit in [v for v in newest if v.said == said][:SHOWN]
    ]  # fmt: skip


def _visit(visit: Visit) -> BothSawOut:
    best = visit.best
    return BothSawOut(
        said=visit.said, camera=best.camera, started_at=visit.started_at, ended_at=visit.last_at,
        frames=len(visit.looks), p_old=max(look.p_old for look in visit.looks),
        p_new=max(look.p_new for look in visit.looks), verdict=visit.verdict, frame=best.frame,
        labelled_by=visit.labelled_by,
        picture=f"/api/v1/frames/{best.frame}/picture.jpg",
    )  # fmt: skip


def _canary(session: Session, rule: tables.Rule, site: tables.Site, now: datetime) -> CanaryOut | None:
    told = rules.canary_of(rule)
    if told is None:
        return None
    return CanaryOut(
        model_name=session.get_one(tables.ModelVersion, told.sha256).name, cameras=list(told.cameras),
        last_day=told.last_day.isoformat(),
        runs=now.astimezone(ZoneInfo(site.time_zone)).date() <= told.last_day,
    )  # fmt: skip


def require_seen(session: Session, site: str, sites: Sequence[str], name: str) -> None:
    """Raise NotFound for a site that is not one of a person's."""
    park.site(session, site)
    if sites and site not in sites:
        raise NotFound(f'there is no site "{site}" for {name}')
