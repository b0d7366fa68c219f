"""Checkups: a camera's picture is judged, and what begins or ends by it is written down."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

import numpy as np
import structlog
from astral import Observer
from astral.sun import elevation
from PIL import Image

from ingest import hysteresis, judging, signs
from ingest.frames import Pixels
from ingest.hysteresis import Streak
from ingest.judging import CANNOT_TELL, Answer, Known
from ingest.shifts import Grey, shift
from ingest.signs import Signs
from store import cameras, episodes, tables, views
from store.session import Session
from store.vocabulary import CameraFault, CameraKind

CIVIL = -6.0
"""Degrees: below it the sun gives no light to see by."""

DAY = 6.0
"""Degrees: above it a picture without colour is of something grey, like snow on the lens, and not infrared."""

KEPT_SHARPNESS, LEARN_EVERY_S = 200, 600.0
SMALL = "small picture"
FITS = 0.25
"""Correlation with the first picture that the next ones need, before it is a reference."""

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, eq=False)
class Checkup:
    """What one picture said. reference: the id of the view that it was compared with."""

    signs: Signs
    answers: Mapping[CameraFault, Answer]
    reference: int | None


def of_jpeg(data: bytes) -> Signs:
    """The signs of a JPEG that our own child made."""
    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (signs.SIDE, signs.SIDE))
        return signs.of_pixels(np.asarray(picture.convert("RGB"), dtype=np.uint8))


def of_pixels(pixels: Pixels) -> Signs:
    """The signs of a decoded picture."""
    return signs.of_pixels(pixels)


def look(session: Session, camera: tables.Camera, seen: Signs, *, still: bool | None, at: datetime) -> Checkup:
    """Judge a picture; reads only, so that nothing waits for it. still: it is the one before once more."""
    height = sun_height(session.get_one(tables.Site, camera.site_id), at)
    seen = replace(seen, night=seen.night and height < DAY)
    view, night = (views.reference(session, camera.id, night=night) for night in (seen.night, True))
    settled = view is not None and len(view.sharpness) >= judging.LEAST_HISTORY
    known = Known(
        reference=grey_of(view) if view is not None and settled else None,
        sharpness=[value for _, value in view.sharpness] if view is not None else (),
        night_lit=night is not None and float(grey_of(night).mean()) >= judging.LIT,
        sun_down=height < CIVIL, may_freeze=camera.kind is not CameraKind.FILE,
    )  # fmt: skip
    answers = judging.judge(seen, known, still=still)
    return Checkup(signs=seen, answers=answers, reference=view.id if view is not None else None)


def same_as_before(session: Session, camera: str, seen: Signs) -> bool | None:
    """Whether a picture shows exactly what the one before it showed, and remember this one. None: the first."""
    status = cameras.status(session, camera)
    digest, before = sha256(signs.inside(seen.grey).round().tobytes()).hexdigest(), status.streaks.get(SMALL)
    status.streaks = {**status.streaks, SMALL: digest}
    return None if before is None else before == digest


def note(session: Session, camera: tables.Camera, found: Checkup, *, at: datetime) -> None:
    """Write down what begins and ends, and learn from a picture with nothing wrong."""
    ailing = _ailing(session, camera)
    for fault, answer in found.answers.items():
        _count(session, ailing, fault, answer, at)
    if any(answer.yes for answer in found.answers.values()):
        return
    _learn(session, camera.id, found, at)


def record(
    session: Session, camera: tables.Camera, fault: CameraFault, answer: Answer, *, at: datetime
) -> tables.Episode | None:
    """Count one answer; gives the episode that began or ended by it."""
    return _count(session, _ailing(session, camera), fault, answer, at)


@dataclass(frozen=True, kw_only=True)
class Ailing:
    """What is known of a camera before a picture says more, read once for all faults."""

    camera: tables.Camera
    status: tables.CameraStatus
    opened: Mapping[CameraFault, tables.Episode]


def _ailing(session: Session, camera: tables.Camera) -> Ailing:
    oldest_last = reversed(episodes.open_of(session, camera.id))
    return Ailing(
        camera=camera, status=cameras.status(session, camera.id), opened={row.kind: row for row in oldest_last}
    )  # fmt: skip


def _count(
    session: Session, ailing: Ailing, fault: CameraFault, answer: Answer, at: datetime
) -> tables.Episode | None:
    camera, status, opened = ailing.camera, ailing.status, ailing.opened.get(fault)
    streak = hysteresis.grown(_streak(status, fault), answer.yes, at)
    _keep(status, fault, streak)
    if opened is not None and answer.yes:
        opened.says, opened.measured = answer.says, dict(answer.measured)
    patience = hysteresis.patience_of(camera.kind, fault)
    if streak is None or not hysteresis.turned(streak, patience, open_now=opened is not None, now=at):
        return None
    log.info("camera.health", camera=camera.id, fault=fault.value, wrong=streak.yes, says=answer.says)
    if opened is not None:
        opened.ended_at = max(streak.since, opened.began_at)
        return opened
    return episodes.begin(
        session, camera.id, fault, since=streak.since, now=at, says=answer.says, measured=answer.measured
    )


def grey_of(view: tables.ReferenceView) -> Grey:
    """The reference view's pixels."""
    return np.frombuffer(view.grey, dtype=np.uint8).reshape(view.height, view.width).astype(np.float32)


def sun_height(site: tables.Site, at: datetime) -> float:
    """Degrees above the horizon."""
    return float(elevation(Observer(latitude=site.latitude, longitude=site.longitude), at.astimezone(UTC)))


def _learn(session: Session, camera: str, found: Checkup, at: datetime) -> None:
    """The first picture is the reference once the next ones are like it; its sharpness is learned on and on."""
    seen = found.signs
    if seen.contrast < judging.BLACK_CONTRAST or found.answers.get(CameraFault.BLACK, CANNOT_TELL).yes is not False:
        return
    view = session.get(tables.ReferenceView, found.reference) if found.reference is not None else None
    if view is None or (view.height, view.width) != seen.grey.shape:
        grey = np.clip(seen.grey, 0, 255).astype(np.uint8)
        shape = (int(grey.shape[0]), int(grey.shape[1]))
        view = views.put(session, camera, night=seen.night, shape=shape, grey=grey.tobytes(), at=at)
        view.sharpness = [[at.timestamp(), seen.sharpness]]
        return
    if len(view.sharpness) < judging.LEAST_HISTORY:
        compared = shift(grey_of(view), seen.grey)
        if compared.alike < FITS or compared.far >= judging.NEAR:
            views.forget(session, camera, night=seen.night, at=at)
            return
    elif at.timestamp() - float(view.sharpness[-1][0]) < LEARN_EVERY_S:
        return
    view.sharpness = [*view.sharpness, [at.timestamp(), seen.sharpness]][-KEPT_SHARPNESS:]


def _streak(status: tables.CameraStatus, fault: CameraFault) -> Streak | None:
    told = status.streaks.get(fault.value)
    return told and Streak(yes=told[0], looks=told[1], since=datetime.fromisoformat(told[2]))


def _keep(status: tables.CameraStatus, fault: CameraFault, streak: Streak | None) -> None:
    if streak is not None:
        told = [streak.yes, streak.looks, streak.since.isoformat()]
        status.streaks = {**status.streaks, fault.value: told}
