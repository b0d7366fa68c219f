"""Whether the model protects a site, said in words; and the gap when it no longer does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rollout import caps, masks, operations, quieting
from rollout.actors import Actor
from rollout.stages import WARNS
from store import audit, narrowing, park, rules, tables
from store.errors import NotAllowedNow
from store.session import Session
from store.vocabulary import Role, Stage

MODEL_FAILS = "the model cannot be opened"
"""How the cause of a gap begins that ends by itself once the model can be opened again."""


@dataclass(frozen=True, kw_only=True)
class Protection:
    """What people at the site may rely on, in one sentence."""

    stopped: bool
    protected: bool
    says: str


def of(session: Session, site: tables.Site, now: datetime) -> Protection:
    """Whether the model protects the site now (within its rule's scope)."""
    rule, stop = rules.in_force(session, site.id), rules.open_stop(session, site.id)
    gap = rules.open_gap(session, site.id)
    if gap is not None:
        watch = f"manual watch taken by {rules.name_of(session, gap.accepted_by)}" if gap.accepted_at else ""
        says = f"NOT protected by the model since {local(gap.since, site)}: {gap.cause}; "
        return Protection(
            stopped=stop is not None, protected=False, says=says + (watch or "nobody has taken the watch")
        )
    if stop is not None:
        return Protection(
            stopped=True, protected=False, says=f"stopped by {stop.by}: {stop.reason}; the manual watch acts"
        )
    if rule is None or rule.stage not in WARNS:
        stage = rule.stage if rule else Stage.OFF
        return Protection(stopped=False, protected=False, says=f"stage {stage}: the manual watch acts")
    why = failing(session, site, rule, now)
    if why is not None:
        return Protection(
            stopped=False, protected=False, says=f"NOT protected by the model: {why}; the manual watch acts"
        )
    if rule.stage is Stage.LIVE and (narrow := narrowing.open_of(session, site.id)):
        says = _narrowed(narrow, site) + narrowed(session, site, now)
        return Protection(stopped=False, protected=True, says=says)
    less = narrowed(session, site, now)
    if capped := caps.of(session, site, rule, now=now):
        return Protection(stopped=False, protected=not capped.silent, says=f"{rule.stage}: {capped.says}{less}")
    how = "after a ranger confirms" if rule.stage is Stage.TRIAL else f"at once, to {rule.audience}"
    until = f" until {rule.body['last_day']}" if rule.body.get("last_day") else ""
    return Protection(
        stopped=False, protected=True, says=f"{rule.stage}: warnings go out {how}{until}, within its scope{less}"
    )


def narrowed(session: Session, site: tables.Site, now: datetime) -> str:
    """What people took out of the model's sight at the site, in words; empty: nothing."""
    told = [masks.says_of_site(session, site.id, at=now), quieting.says_of(session, site.id, at=now)]
    return "".join(f"; it {says}" for says in told if says)


def relied_on(session: Session, site: str) -> bool:
    """Whether people were last told that the model warns: no stop, no gap, and whatever the rule's last day."""
    rule = rules.in_force(session, site)
    held = rules.open_stop(session, site) or rules.open_gap(session, site)
    return rule is not None and rule.stage in WARNS and held is None


def failing(session: Session, site: tables.Site, rule: tables.Rule, now: datetime) -> str | None:
    """Why a rule of trial or live warns nobody all the same; None where it does. It asks no clock process."""
    last, cameras = rule.body.get("last_day"), rules.cameras_of(rule)
    if last and f"{now.astimezone(ZoneInfo(site.time_zone)):%Y-%m-%d}" > last:
        return f"the last day of this {rule.stage} rule, {last}, has passed"
    if not park.receivers(session, site.id, rule.audience):
        return "there is no receiver to warn"
    if not any(cameras is None or camera.id in cameras for camera in park.cameras(session, site.id)):
        return "none of its cameras is at the site any more"
    return None


def settle(session: Session, site: tables.Site, *, cause: str, was: bool, now: datetime) -> None:
    """After a change: open a gap where the model protected the site and does not any more, end it where it does.

    A gap is told to the site's rangers and stays until it ends; `accept` puts a name to the manual watch. One of a
    model that cannot be opened is ended by `model_opens` alone. cause: why, where the rule does not say it itself.
    """
    gaps, rule = rules.open_gaps(session, site.id), rules.in_force(session, site.id)
    warns = _ought_to(session, site)
    why = failing(session, site, rule, now) if rule is not None and warns else None
    if warns and why is None:
        _end(session, site, [gap for gap in gaps if not _of_the_model(gap)], now)
    elif was and not gaps:
        _begin(session, site, why or cause, now)


def model_fails(session: Session, site: tables.Site, *, says: str, now: datetime) -> bool:
    """The version in force cannot be opened, so no frame of the site is scored; gives whether that is new."""
    if not _ought_to(session, site) or waits_for_model(session, site):
        return False
    _begin(session, site, f"{MODEL_FAILS}: {says}", now)
    return True


def waits_for_model(session: Session, site: tables.Site) -> bool:
    """Whether the site has a gap that ends when its model can be opened."""
    return any(map(_of_the_model, rules.open_gaps(session, site.id)))


def model_opens(session: Session, site: tables.Site, *, now: datetime) -> bool:
    """It can be opened: the gap ends by itself, since the rule was approved; gives whether there was one.

    Where people narrowed the site meanwhile the gap stays, for their reason.
    """
    gaps = [gap for gap in rules.open_gaps(session, site.id) if _of_the_model(gap)]
    if gaps and _ought_to(session, site):
        _end(session, site, gaps, now)
    else:
        for gap in gaps:
            gap.cause = _why_not(session, site)
    return bool(gaps)


def accept(session: Session, site_id: str, *, by: Actor, now: datetime) -> Protection:
    """A named person takes the manual watch of a site that the model does not protect.

    Where the clock process did not say so, this does: a rule past its last day protects nobody.
    """
    by.require(Role.RANGER, site_id)
    site = park.site(session, site_id, lock=True)
    settle(session, site, cause="", was=relied_on(session, site_id), now=now)
    gaps = rules.open_gaps(session, site_id)
    if not gaps:
        raise NotAllowedNow(f'site "{site_id}" has no open "NOT protected": there is nothing to accept')
    for gap in gaps:
        gap.accepted_by, gap.accepted_at = by.id, now
    says = f"{by.name} takes the manual watch of {site.name}: {'; '.join(gap.cause for gap in gaps)}"
    audit.append(session, at=now, who=by.name, action="watch.accepted", subject=f"site:{site_id}", says=says)
    return of(session, site, now)


def _ought_to(session: Session, site: tables.Site) -> bool:
    """Whether people's last word is that the model protects the site."""
    rule = rules.in_force(session, site.id)
    return rule is not None and rule.stage in WARNS and rules.open_stop(session, site.id) is None


def _why_not(session: Session, site: tables.Site) -> str:
    rule, stop = rules.in_force(session, site.id), rules.open_stop(session, site.id)
    if stop is not None:
        return f"stopped by {stop.by}: {stop.reason}"
    return f"stage {rule.stage}: {rule.reason}" if rule is not None else "there is no rule"


def _narrowed(rows: Sequence[tables.Narrowing], site: tables.Site) -> str:
    why = ", ".join(dict.fromkeys(row.guardrail for row in rows))
    since = local(rows[0].since, site)
    return f"live, NARROWED since {since}: warnings go out only after a ranger confirms, because {why} failed"


def _of_the_model(gap: tables.Gap) -> bool:
    return gap.cause.startswith(MODEL_FAILS)


def _begin(session: Session, site: tables.Site, cause: str, now: datetime) -> None:
    gap = tables.Gap(site_id=site.id, since=now, cause=cause)
    session.add(gap)
    session.flush()
    says = f"{site.name} is NOT protected by the model since {local(now, site)}: {cause}. Take the manual watch."
    operations.tell(session, site.id, key=f"gap:{gap.id}", now=now, says=says)


def _end(session: Session, site: tables.Site, gaps: Sequence[tables.Gap], now: datetime) -> None:
    for gap in gaps:
        gap.ended_at = now
    session.flush()
    if gaps and rules.open_gap(session, site.id) is None:
        operations.tell(
            session, site.id, key=f"gap-ended:{gaps[-1].id}", now=now, says=f"{site.name}: protected again"
        )


def local(at: datetime, site: tables.Site) -> str:
    """A moment in site time, as people read it."""
    return at.astimezone(ZoneInfo(site.time_zone)).strftime("%Y-%m-%d %H:%M")
