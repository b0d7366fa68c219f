"""The park as rules and people speak of it: sites, their cameras, duties, receivers and model versions."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from store import tables
from store.errors import ModelUnknown, NotFound
from store.vocabulary import Audience


def the_park(session: Session) -> tables.Park:
    """The one park. Raises NotFound before the first `park apply`."""
    park = session.get(tables.Park, 1)
    if park is None:
        raise NotFound("there is no park yet: describe it in park.toml and run `bearwatch park apply park.toml`")
    return park


def camera_networks(session: Session) -> Sequence[str]:
    """The networks of this machine itself in which cameras may be; none before the first `park apply`."""
    row = session.get(tables.Park, 1)
    return [] if row is None else row.camera_networks


def site(session: Session, site_id: str, *, lock: bool = False) -> tables.Site:
    """One site that is not retired. Raises NotFound naming the sites there are."""
    wanted = {"key_share": True} if lock else None
    row = session.get(tables.Site, site_id, with_for_update=wanted, populate_existing=lock)
    if row is None or row.retired_at is not None:
        names = ", ".join(known.id for known in sites(session)) or "none yet"
        raise NotFound(f'there is no site "{site_id}"; sites are: {names}')
    return row


def any_site(session: Session, site_id: str) -> tables.Site:
    """One site, a retired one too: its past stays. Raises NotFound."""
    row = session.get(tables.Site, site_id)
    return row if row is not None else site(session, site_id)


def hold(session: Session, site_id: str | None = None) -> Sequence[tables.Site]:
    """Lock one site or (None) all, retired ones too, by id, until the transaction ends.

    Whoever will write to the audit chain holds the sites first and the chain's head last, so that no two changes
    wait for each other. Rows that only name a site are written beside it all the same.
    """
    wanted = select(tables.Site).order_by(tables.Site.id).with_for_update(key_share=True)
    wanted = wanted if site_id is None else wanted.where(tables.Site.id == site_id)
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def sites(session: Session) -> Sequence[tables.Site]:
    """The sites that are not retired, by id."""
    return session.scalars(select(tables.Site).where(tables.Site.retired_at.is_(None)).order_by(tables.Site.id)).all()


def cameras(session: Session, site_id: str | None = None) -> Sequence[tables.Camera]:
    """The cameras that are not retired, of one site or all, by id."""
    wanted = select(tables.Camera).where(tables.Camera.retired_at.is_(None)).order_by(tables.Camera.id)
    return session.scalars(wanted if site_id is None else wanted.where(tables.Camera.site_id == site_id)).all()


def groups_of(session: Session, cameras: Collection[str]) -> Mapping[str, str]:
    """The camera group of each of these cameras, retired ones too."""
    row = tables.Camera
    return {one[0]: one[1] for one in session.execute(select(row.id, row.group_id).where(row.id.in_(cameras)))}


def duties(session: Session, site_id: str) -> Sequence[tables.Duty]:
    """Who is on at a site, in the order of park.toml."""
    wanted = select(tables.Duty).where(tables.Duty.site_id == site_id, tables.Duty.retired_at.is_(None))
    return session.scalars(wanted.order_by(tables.Duty.position)).all()


def receivers(session: Session, site_id: str, audience: Audience) -> Sequence[tables.Receiver]:
    """Who a warning to this audience goes to; campers includes the rangers."""
    wanted = select(tables.Receiver).where(tables.Receiver.site_id == site_id, tables.Receiver.retired_at.is_(None))
    if audience is Audience.RANGERS:
        wanted = wanted.where(tables.Receiver.audience == Audience.RANGERS)
    return session.scalars(wanted.order_by(tables.Receiver.id)).all()


def all_receivers(session: Session) -> Sequence[tables.Receiver]:
    """Every receiver that is not retired, by id."""
    wanted = select(tables.Receiver).where(tables.Receiver.retired_at.is_(None))
    return session.scalars(wanted.order_by(tables.Receiver.id)).all()


def visits_of(session: Session, kind: str, row_id: str) -> int:
    """How many visits a site or camera keeps."""
    column = tables.Visit.site_id if kind == "site" else tables.Visit.camera_id
    return session.scalar(select(func.count()).select_from(tables.Visit).where(column == row_id)) or 0


def model(session: Session, name: str, *, default: str | None = None) -> tables.ModelVersion:
    """A model version by name, sha256 or "default" (whose sha256 the caller knows). Raises ModelUnknown."""
    versions = session.scalars(
        select(tables.ModelVersion)
        .where(tables.ModelVersion.retired_at.is_(None))
        .order_by(tables.ModelVersion.added_at.desc())
    ).all()
    wanted = default if name == "default" and default else name
    for version in versions:
        if version.sha256 == wanted or version.name == wanted:
            return version
    gone = select(tables.ModelVersion).where(
        (tables.ModelVersion.sha256 == wanted) | (tables.ModelVersion.name == wanted)
    )
    retired = session.scalar(gone.limit(1))
    if retired is not None and retired.retired_at is not None:
        raise ModelUnknown(
            f'model: "{retired.name}" was retired on {retired.retired_at:%Y-%m-%d}: name another version, or add it '
            "again with `bearwatch model add`"
        )
    names = ", ".join(version.name for version in versions) or "none yet: add one with `bearwatch model add BUNDLE`"
    retired = session.scalar(
        select(tables.ModelVersion).where(
            tables.ModelVersion.retired_at.is_not(None),
            or_(tables.ModelVersion.sha256 == wanted, tables.ModelVersion.name == wanted),
        )
    )
    if retired is not None and retired.retired_at is not None:
        raise ModelUnknown(f'model: "{name}" was retired on {retired.retired_at:%Y-%m-%d}; name one of: {names}')
    raise ModelUnknown(f'model: no model version "{name}" is known; known are: {names}')
