"""Challenges: an admin lets another version look at a site's frames in shadow; and versions that leave."""

from dataclasses import dataclass
from datetime import datetime

from rollout.actors import Actor
from store import audit, challenges, models, park, rules, tables
from store.errors import NotAllowedNow
from store.session import Session
from store.vocabulary import Role, Stage


@dataclass(frozen=True, kw_only=True)
class ChallengeView:
    """A challenge as people see it."""

    site: str
    model: str
    model_name: str
    reason: str
    begun_by: str
    begun_at: datetime
    ended_at: datetime | None


def begin(
    session: Session, site_id: str, model: str, *, by: Actor, reason: str, default_model: str, now: datetime
) -> ChallengeView:
    """Let a version look at every frame of the site that the one in force has decided. Nobody hears of it."""
    by.require(Role.ADMIN, site_id)
    site = park.site(session, site_id, lock=True)
    version = park.model(session, model, default=default_model)
    rule, present = rules.in_force(session, site.id), challenges.open_of(session, site.id)
    if rule is None or rule.stage is Stage.OFF:
        raise NotAllowedNow(f"{site.name} is off: nothing is scored there. Propose stage shadow first")
    if version.sha256 == rule.model_sha256:
        raise NotAllowedNow(f"{version.name} is the version in force at {site.name}: name another")
    if present is not None:
        other = session.get_one(tables.ModelVersion, present.model_sha256).name
        raise NotAllowedNow(
            f"{other} is the challenger of {site.name} already: end that first (`bearwatch model challenge {site.id} "
            "--end`)"
        )
    row = tables.Challenge(
        site_id=site.id, model_sha256=version.sha256, reason=reason.strip(), begun_by=by.id, begun_at=now
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.append(
        session, at=now, who=by.name, action="challenge.begun", subject=f"site:{site.id}",
        says=f"{version.name} looks at the frames of {site.name} in shadow; {row.reason}",
        body={"model": version.sha256},
    )  # fmt: skip
    return view(session, row)


def end(session: Session, site_id: str, *, by: Actor, now: datetime) -> ChallengeView:
    """No more frames for the challenger; what it said stays. Raises NotAllowedNow where there is none."""
    by.require(Role.ADMIN, site_id)
    site = park.site(session, site_id, lock=True)
    row = challenges.open_of(session, site.id)
    if row is None:
        raise NotAllowedNow(f"{site.name} has no challenger")
    row.ended_at, row.ended_by = now, by.id
    session.flush()
    name = session.get_one(tables.ModelVersion, row.model_sha256).name
    audit.append(
        session, at=now, who=by.name, action="challenge.ended", subject=f"site:{site.id}",
        says=f"{name} no longer looks at the frames of {site.name}",
    )  # fmt: skip
    return view(session, row)


def view(session: Session, row: tables.Challenge) -> ChallengeView:
    """As people see it."""
    return ChallengeView(
        site=row.site_id, model=row.model_sha256,
        model_name=session.get_one(tables.ModelVersion, row.model_sha256).name, reason=row.reason,
        begun_by=rules.name_of(session, row.begun_by), begun_at=row.begun_at, ended_at=row.ended_at,
    )  # fmt: skip


def retire(session: Session, model: str, *, by: Actor, default_model: str, now: datetime) -> tables.ModelVersion:
    """Take a version out of those that can be proposed. Raises NotAllowedNow where it is at work, or the default."""
    by.require(Role.ADMIN, None)
    row = park.model(session, model, default=default_model)
    at_work = models.at_work(session, row.sha256)
    if at_work:
        raise NotAllowedNow(
            f"{row.name} decides, challenges or waits for approval at {', '.join(at_work)}: propose another version "
            "there, end the challenge or withdraw the proposal first"
        )
    if row.sha256 == default_model:
        raise NotAllowedNow(f'{row.name} is what `model = "default"` means (BEARWATCH_MODEL): it cannot be retired')
    row.retired_at = now
    audit.append(
        session, at=now, who=by.name, action="model.retired", subject=f"model:{row.sha256[:12]}",
        says=f"{row.name} can no longer be proposed",
    )  # fmt: skip
    return row
