"""Looked: looks as shapes, and who may see them: before the answer, nobody is told what one is."""

from collections.abc import Sequence

from api import watched
from api.schemas.looks import LookNextOut, LookOut, LookToldOut
from rollout import looks
from rollout.actors import Actor
from rollout.looks import Given
from store import looks as rows
from store import models, park, rules, tables
from store.errors import NotFound
from store.session import Session
from store.vocabulary import LookKind, Stage, Verdict


def sites_of(who: Actor, site: str | None) -> Sequence[str]:
    """Which sites a list is of; none: all. Raises NotFound."""
    return watched.sites_of(who, site) or ()


def given(session: Session, found: Given) -> LookNextOut:
    """What is asked, without what it is."""
    row = found.row
    if row is None or row.given_at is None:
        return LookNextOut(look=None, says=found.says)
    rule = rules.in_force(session, row.site_id)
    version = session.get(tables.ModelVersion, rule.model_sha256) if rule else None
    path = f"/api/v1/looks/{row.id}"
    many = len(rows.pictures(session, row.id))
    look = LookOut(
        id=row.id, site=row.site_id, site_name=park.any_site(session, row.site_id).name, camera=row.camera_id,
        stage=rule.stage if rule else Stage.OFF, clip=f"{path}/clip.mp4", given_until=row.given_at + looks.HOLDS,
        pictures=[f"{path}/picture.jpg?part={part}" for part in range(many)],
        demo_model=version is not None and version.name == models.DEMO_SCENERY,
    )  # fmt: skip
    return LookNextOut(look=look, says="")


def told(row: tables.Look, name: str) -> LookToldOut:
    """An answered look. name: of who answered."""
    return LookToldOut(
        id=row.id, kind=row.kind, site=row.site_id, camera=row.camera_id, since=row.since, until=row.until,
        verdict=row.verdict or Verdict.UNSURE, by=name, at=row.answered_at or row.made_at, says=looks.told(row),
        right=row.verdict is row.truth if row.kind is LookKind.SEEDED else None,
        picture=f"/api/v1/looks/{row.id}/picture.jpg",
    )  # fmt: skip


def picture(session: Session, look: int, who: Actor, part: int) -> str:
    """The sha256 of one of its pictures. Raises NotFound."""
    found = _pictures(session, look, who)
    if part >= len(found):
        raise NotFound(f"look {look} has {len(found)} pictures, counted from 0; {part} is none of them")
    return found[part].sha256


def in_order(session: Session, look: int, who: Actor) -> Sequence[str]:
    """The sha256 of its pictures in the order of time. Raises NotFound."""
    return [one.sha256 for one in sorted(_pictures(session, look, who), key=lambda one: one.taken_at)]


def _pictures(session: Session, look: int, who: Actor) -> Sequence[tables.LookPicture]:
    row = rows.get(session, look)
    if who.sites and row.site_id not in who.sites:
        raise NotFound(f"there is no look {look}")
    return rows.pictures(session, look)
