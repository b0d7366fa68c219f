"""Masks and zones: an admin draws them on a camera's view and ends them. What a mask hides, no model looks at.

A mask narrows what is watched, so it is told to the rangers, kept in the audit, and begins a segment of evidence.
"""

from dataclasses import dataclass
from datetime import datetime

from ingest import masking
from ingest.frames import Region
from ingest.masks import MOST, Masks, covered, percent
from rollout import operations
from rollout.actors import Actor
from store import audit, cameras, park, tables, views
from store import masks as rows
from store.errors import NotAllowedNow, NotFound, TooMuchMasked
from store.session import Session
from store.vocabulary import Light, Role, ViewPartKind

ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What somebody drew. name: of a zone; None: of a mask. light: when a mask holds."""

    kind: ViewPartKind
    name: str | None
    light: Light
    region: Region
    why: str


def draw(session: Session, camera: str, drawn: Drawn, *, by: Actor, now: datetime) -> tables.ViewPart:
    """Add one. Raises NotFound, NotPermitted, TooMuchMasked."""
    row = _camera(session, camera)
    by.require(Role.ADMIN, row.site_id)
    rows.hold(session, camera)
    if drawn.kind is ViewPartKind.MASK:
        _require_half(camera, masking.in_force(session, camera, at=now), drawn)
    at = drawn.region
    part = rows.add(
        session,
        tables.ViewPart(
            camera_id=camera, kind=drawn.kind, name=drawn.name, light=drawn.light, x=at.x, y=at.y, w=at.w, h=at.h,
            began_at=now, began_by=by.id, why=drawn.why,
        ),
    )  # fmt: skip
    _write_down(session, row, part, f"{_what(part)} was drawn at {camera}: {drawn.why}", by=by, now=now)
    return part


def end(session: Session, part: int, *, why: str, by: Actor, now: datetime) -> tables.ViewPart:
    """End one; it stays in the history. Raises NotFound, NotPermitted, NotAllowedNow."""
    row = rows.get(session, part, lock=True)
    camera = session.get_one(tables.Camera, row.camera_id)
    if by.sites and camera.site_id not in by.sites:
        raise NotFound(f"there is no mask or zone {part}")
    by.require(Role.ADMIN, camera.site_id)
    if row.ended_at is not None:
        raise NotAllowedNow(f"this {row.kind} has ended already: draw a new one")
    row.ended_at, row.ended_by, row.ended_why = now, by.id, why
    session.flush()
    _write_down(session, camera, row, f"{_what(row)} at {camera.id} was ended: {why}", by=by, now=now)
    return row


def says_of(masks: Masks) -> str:
    """How much of a view is not watched, in words.

    >>> says_of(Masks(day=(Region(x=0, y=0, w=0.5, h=0.5),)))
    '25% of the view by day and 0% by night'
    """
    day, night = (percent(covered(regions)) for regions in (masks.day, masks.night))
    return f"{day} of the view" if masks.day == masks.night else f"{day} of the view by day and {night} by night"


def says_of_site(session: Session, site: str, *, at: datetime) -> str:
    """What masks hide at a site, in words; empty: nothing."""
    hidden = masking.of_cameras(session, [camera.id for camera in park.cameras(session, site)], at=at)
    told = [f"{says_of(masks)} of {camera}" for camera, masks in sorted(hidden.items())]
    return f"does NOT watch {', '.join(told)}" if told else ""


def _require_half(camera: str, present: Masks, drawn: Drawn) -> None:
    """Raise TooMuchMasked where this would hide more than half of the view by day or by night."""
    for light, masks in ((Light.DAY, present.day), (Light.NIGHT, present.night)):
        if drawn.light in (Light.BOTH, light):
            share = covered([*masks, drawn.region])
            if share > MOST + ROUNDING:
                raise TooMuchMasked(
                    f"with the masks that are there {share:.0%} of the view of {camera} would not be watched by "
                    f"{light}, and {MOST:.0%} is the most: draw it smaller, end another mask, or turn the camera"
                )


def _write_down(
    session: Session, camera: tables.Camera, part: tables.ViewPart, says: str, *, by: Actor, now: datetime
) -> None:
    """The audit; of a mask also a segment of evidence, and word to the rangers."""
    act = "ended" if part.ended_at is not None else "drawn"
    body = {"part": part.id, "light": part.light.value, "x": part.x, "y": part.y, "w": part.w, "h": part.h}
    audit.append(
        session, at=now, who=by.name, action=f"camera.{part.kind}_{act}", subject=f"camera:{camera.id}", says=says,
        body=body,
    )  # fmt: skip
    if part.kind is not ViewPartKind.MASK:
        return
    views.begin_segment(session, camera.id, person=by.id, since=now, note=says, now=now)
    share = says_of(masking.in_force(session, camera.id, at=now))
    told = f"{says} ({by.name}). From now on the model does not watch {share} of camera {camera.id}."
    operations.tell(session, camera.site_id, key=f"mask:{part.id}:{act}", says=told, now=now, waits=act == "ended")


def _what(part: tables.ViewPart) -> str:
    where = f"{percent(part.w * part.h)} of the view"
    if part.kind is ViewPartKind.ZONE:
        return f'the zone "{part.name}" ({where})'
    held = "" if part.light is Light.BOTH else f", by {part.light}"
    return f"a mask ({where}{held})"


def _camera(session: Session, camera: str) -> tables.Camera:
    row = cameras.find(session, camera)
    if row is None:
        raise NotFound(f'there is no camera "{camera}"')
    return row
