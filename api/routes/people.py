"""People: for admins, and auditors to read."""

import secrets
from collections.abc import Sequence

from fastapi import APIRouter

from api import auth
from api.dependencies import Admin, ClockDep, ReadDep, SystemDep, WriteDep
from api.routes.audit import Reader
from api.schemas.people import InvitationOut, PersonIn, PersonOut, PersonPage
from rollout.actors import Actor
from store import people
from store.session import transaction
from store.vocabulary import Role

router = APIRouter(tags=["people"])


@router.get("/users")
def everyone(who: Reader, session: ReadDep) -> PersonPage:
    """Everybody who may act at one's own sites, revoked ones too."""
    return PersonPage(
        items=[
            PersonOut(
                name=row.name,
                role=row.role,
                sites=row.sites,
                created_at=row.created_at,
                revoked=row.revoked_at is not None,
                must_change=row.must_change,
                demo=row.demo,
            )
            for row in people.of_sites(session, who.sites)
        ]
    )


@router.post("/users", status_code=201)
def add(told: PersonIn, who: Admin, parts: SystemDep, now: ClockDep) -> InvitationOut:
    """Add somebody. The first password is shown once and must be changed."""
    _over(who, told.sites)
    first = secrets.token_urlsafe(9)
    kept = auth.hashed(first)
    with transaction(parts.engine) as session:
        auth.add_person(
            session, name=told.name, role=told.role, sites=told.sites, password_hash=kept, must_change=True,
            by=who.name, by_id=who.id, now=now,
        )  # fmt: skip
    return InvitationOut(name=told.name, first_password=first)


@router.post("/users/{name}/revoke")
def revoke(name: str, who: Admin, session: WriteDep, now: ClockDep) -> dict[str, str]:
    """Take somebody's rights away at once."""
    _over(who, people.get(session, name).sites)
    auth.revoke(session, name, by=who.name, now=now)
    return {"says": f"{name} is revoked"}


def _over(who: Actor, sites: Sequence[str]) -> None:
    """Raise NotPermitted unless this admin's sites hold all of these; none named is all of the park."""
    for site in sites or (None,):
        who.require(Role.ADMIN, site)
