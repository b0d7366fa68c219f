"""Backtesting: labelled footage, or what is stored, decided under a rule before anything is switched on."""

import itertools
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from api.wiring import System
from ingest.arrivals import own_time
from ingest.decoding import Decoder
from ingest.frames import Region
from ingest.headers import CLIPS, format_of, look
from ingest.uploads import gated
from ingest.walking import first_bytes, unreadable, walk
from model import opening
from model.bundle import Bundle
from model.detections import Detection, Found
from model.opening import Opened
from rollout import backtest, backtest_stored, footage_labels, stored
from rollout.backtest import Shot
from rollout.footage_labels import Facts, Footage
from rollout.retelling import Place, Scored, Teller, always
from rollout.terms import Terms
from rollout.visits import VISIT_GAP
from rollout.weeks_table import Fault
from store import park, scored
from store.errors import BearwatchError, FootageUnusable, NotFound
from store.session import Session, reading
from store.vocabulary import Audience, Origin, Stage

Progress = Callable[[str, float], None]
NOBODY_SAYS = datetime(2001, 1, 1, tzinfo=UTC)
"""Where files are laid out whose time nobody says, far enough apart to be visits of their own."""

PICTURE_COSTS_S = 1.0
"""A picture counts for so much footage on the bar."""


@dataclass(frozen=True, kw_only=True)
class Where:
    """The site that the footage is of, as far as it is known here. groups, zones: of its cameras."""

    place: Place
    groups: Mapping[str, str]
    zones: Mapping[str, ZoneInfo]

    def group_of(self, camera: str) -> str:
        """Its own where it is not known here."""
        return self.groups.get(camera, camera)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is tested. terms None: every bear is an alert, warned of at once. days: camera-days, where stated.

    rest_is_empty: files that the labels do not name have no bear in them; else they are left out.
    """

    folder: Path
    labels: Path
    terms: Terms | None
    rest_is_empty: bool = False
    days: float | None = None


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A file that could not be opened."""

    file: str
    type: str
    detail: str


class Faulty(FootageUnusable):
    """The labels do not fit the footage."""

    def __init__(self, name: Path, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{name} {fault.says}" for fault in faults))


def run(system: System, bundle: Bundle, asked: Asked, progress: Progress) -> dict[str, Any]:
    """The object that `backtest --footage --json` prints. Raises Faulty, FootageUnusable before a frame is scored."""
    begun = time.monotonic()
    terms = asked.terms or Terms(site="footage", stage=Stage.LIVE, cooldown_minutes=0)
    with reading(system.engine) as session:
        where = _where(session, asked.terms)
    footage, lost, left_out = _checked(system.decoder, bundle, asked, where, progress)
    _require_times(asked, terms, footage)
    laid = _laid_out(footage)
    detector = opening.detector(bundle)
    shots, looked, broken = _score(system.decoder, detector, asked.folder, laid, where, progress)
    teller = Teller(place=where.place, rule_at=always(_timeless(terms)))
    decided = list(teller.tell(sorted(looked, key=lambda one: (one.at, one.frame))))
    gone = frozenset(one.file for one in (*lost, *broken))
    told = backtest.told(
        laid, shots, decided, teller, group_of=where.group_of, zone=where.place.zone, lost=gone, days=asked.days
    )
    return {
        **told, "model": {"name": bundle.name, "sha256": bundle.sha256, "threshold": bundle.threshold},
        "rule": _timeless(terms).body() if asked.terms else None,
        "threshold": bundle.threshold if terms.threshold is None else terms.threshold,
        "files": len(laid), "files_without_labels": left_out, "frames_scored": len(looked),
        "without_time": sum(one.begins is None for one in footage),
        "ms_per_frame": _cost(looked), "seconds": round(time.monotonic() - begun, 2),
        "warnings": list(_warnings(asked, terms, footage, left_out)),
        "errors": [vars(one) for one in (*lost, *broken)],
    }  # fmt: skip


def _where(session: Session, terms: Terms | None) -> Where:
    """The rule's site; without a rule the cameras of this park, where there is one. Raises NotFound."""
    cameras = {row.id: row for row in park.cameras(session)}
    sites = {row.id: row for row in park.sites(session)}
    groups = {name: row.group_id for name, row in cameras.items()}
    zones = {name: ZoneInfo(row.time_zone or sites[row.site_id].time_zone) for name, row in cameras.items()}
    if terms is not None:
        site = park.site(session, terms.site)
        ears = {audience: len(park.receivers(session, site.id, audience)) for audience in Audience}
        found = Place(
            site=site.id, zone=ZoneInfo(site.time_zone), latitude=site.latitude, longitude=site.longitude,
            receivers=ears,
        )  # fmt: skip
        return Where(place=found, groups=groups, zones=zones)
    zone = next((ZoneInfo(row.time_zone) for row in sites.values()), ZoneInfo("UTC"))
    nowhere = Place(site="footage", zone=zone, latitude=0, longitude=0, receivers=dict.fromkeys(Audience, 1))
    return Where(place=nowhere, groups=groups, zones=zones)


def _checked(
    decoder: Decoder, bundle: Bundle, asked: Asked, where: Where, progress: Progress
) -> tuple[list[Footage], list[Broken], int]:
    """The files with their labels, those that cannot be opened, and how many no label names."""
    if not asked.folder.is_dir():
        raise FootageUnusable(f"{asked.folder} is no folder: name the one that the footage lies in")
    present = {os.path.relpath(path, asked.folder): path for path, _ in walk([asked.folder]) if path.is_file()}
    present = {name: path for name, path in present.items() if path.resolve() != asked.labels.resolve()}
    if not present:
        raise FootageUnusable(f"{asked.folder} has no picture or clip in it: check the path")
    try:
        data = asked.labels.read_bytes()
    except OSError as fault:
        raise FootageUnusable(f"{asked.labels}: {unreadable(fault)}") from None
    labels, faults = footage_labels.read(
        data, files=present, labels=bundle.labels, bears=bundle.bear_labels
    )  # fmt: skip
    if faults:
        raise Faulty(asked.labels, faults)
    named = {label.file: label.camera for label in labels}
    rest = sorted(set(present) - set(named)) if asked.rest_is_empty else []
    facts, lost = dict[str, Facts](), list[Broken]()
    for number, file in enumerate([*named, *rest], 1):
        progress("looking at the files", number / (len(named) + len(rest)))
        camera = named.get(file) or footage_labels.camera_of(file)
        try:
            facts[file] = _facts(decoder, present[file], where.zones.get(camera, where.place.zone))
        except (BearwatchError, OSError) as fault:
            lost.append(_broken(file, fault))
            facts[file] = Facts(begins=None, seconds=0.0, clip=True)
    footage, faults = footage_labels.settle(labels, facts)
    if faults:
        raise Faulty(asked.labels, faults)
    footage += [
        Footage(
            file=file, camera=footage_labels.camera_of(file), begins=facts[file].begins, seconds=facts[file].seconds,
            clip=facts[file].clip, pieces=(),
        )
        for file in rest
    ]  # fmt: skip
    return footage, lost, len(set(present) - set(named)) - len(rest)


def _facts(decoder: Decoder, path: Path, zone: ZoneInfo) -> Facts:
    """What a file says of itself. Raises Undecodable, NotAPicture, HeaderBroken, OSError."""
    if format_of(first_bytes(path)) in CLIPS:
        span = decoder.span(path)
        return Facts(begins=span.made_at, seconds=span.seconds, clip=True)
    data = path.read_bytes()
    look(data)
    return Facts(begins=own_time(data, zone), seconds=0.0, clip=False)


def _require_times(asked: Asked, terms: Terms, footage: Sequence[Footage]) -> None:
    """A rule that asks for hours, days or the sun cannot judge a file of which nobody says when it was taken."""
    if not (terms.hours or terms.sun or terms.weekdays):
        return
    faults = [
        Fault(
            line=one.line, column="taken_at", fault=f"nobody says when {one.file} was taken, as the rule asks",
            mend="fill taken_at with a time and its offset",
        )
        for one in footage
        if one.begins is None
    ]  # fmt: skip
    if faults:
        raise Faulty(asked.labels, faults)


def _laid_out(footage: Sequence[Footage]) -> list[Footage]:
    """Each file with a time; those of which nobody says it lie behind one another, so that none joins another."""
    free, laid = NOBODY_SAYS, []
    for one in footage:
        if one.begins is None:
            laid.append(replace(one, begins=free))
            free += timedelta(seconds=one.seconds) + 2 * VISIT_GAP
        else:
            laid.append(one)
    return laid


def _timeless(terms: Terms) -> Terms:
    """The rule without its dates: footage is of other days."""
    return replace(terms, first_day=None, last_day=None)


def _score(
    decoder: Decoder, detector: Opened, folder: Path, footage: Sequence[Footage], where: Where, progress: Progress
) -> tuple[list[Shot], list[Scored], list[Broken]]:
    """Let the version look at every file, gated as a camera's clips are."""
    whole = sum(one.seconds or PICTURE_COSTS_S for one in footage)
    shots, told, broken, numbers, done = list[Shot](), list[Scored](), list[Broken](), itertools.count(1), 0.0
    for one in footage:
        progress("scoring", done / whole)
        try:
            for at_s, size, found in _looked(decoder, detector, folder / one.file, one):
                progress("scoring", min(1.0, (done + at_s) / whole))
                shot = Shot(frame=next(numbers), footage=one, at_s=at_s, width=size[0], height=size[1])
                shots.append(shot)
                told.append(_scored(shot, found, detector, where))
        except (BearwatchError, OSError) as fault:
            broken.append(_broken(one.file, fault))
        done += one.seconds or PICTURE_COSTS_S
    kept = {one.file for one in broken}
    return (
        [shot for shot in shots if shot.footage.file not in kept],
        [one for one, shot in zip(told, shots, strict=True) if shot.footage.file not in kept],
        broken,
    )


def _looked(
    decoder: Decoder, detector: Opened, path: Path, one: Footage
) -> Iterator[tuple[float, tuple[int, int], Found]]:
    """Seconds, size and what the version says of each frame worth scoring. Raises Undecodable, OSError."""
    if not one.clip:
        header = look(path.read_bytes())
        pixels = decoder.picture(path, detector.enough(header.width, header.height))
        yield 0.0, (header.width, header.height), detector.detect(detector.prepare(pixels))
        return
    for shot, regions in gated(decoder, path):
        side = detector.enough(shot.width, shot.height, list[Region](regions))
        pixels = decoder.picture(shot.picture, side)
        yield shot.at_s, (shot.width, shot.height), detector.detect(detector.prepare(pixels, regions))


def _scored(shot: Shot, found: Found, detector: Opened, where: Where) -> Scored:
    one = shot.footage
    assert one.begins is not None
    at = one.begins + timedelta(seconds=round(shot.at_s, 3))
    return Scored(
        frame=shot.frame, camera=one.camera, group=where.group_of(one.camera), model=detector.sha256,
        origin=Origin.DOOR, taken_at=at, received_at=at, at=at, found=found, threshold=detector.bundle.threshold,
    )  # fmt: skip


def _broken(file: str, fault: BearwatchError | OSError) -> Broken:
    if isinstance(fault, BearwatchError):
        return Broken(file=file, type=fault.slug(), detail=fault.detail)
    return Broken(file=file, type="unreadable", detail=unreadable(fault))


def _cost(frames: Sequence[Scored]) -> float | None:
    spent = [one.found.seconds for one in frames if isinstance(one.found, Detection)]
    return round(1000 * sum(spent) / len(spent), 1) if spent else None


def _warnings(asked: Asked, terms: Terms, footage: Sequence[Footage], left_out: int) -> Iterator[str]:
    untimed = sum(one.begins is None for one in footage)
    if untimed:
        yield (
            f"nobody says when {untimed} of {len(footage)} files were taken (taken_at, or the file itself): each "
            "counts as a visit of its own, and days are counted as if they came an hour apart"
        )
    if left_out:
        yield f"{left_out} files that no label names were left out (--rest-is-empty: they have no bear)"
    if asked.terms is not None and (terms.first_day or terms.last_day):
        yield "the rule's first and last day were left aside: the footage is of other days"
    strange = sorted({one.camera for one in footage} - set(terms.cameras)) if terms.cameras else []
    if strange:
        yield f"the rule does not hold the camera {', '.join(strange)}: its bears count as found, and are not sent"


def run_stored(
    system: System, site_id: str, *, weeks: int, terms: Terms, now: datetime, progress: Progress
) -> dict[str, Any]:  # fmt: skip
    """The object that `backtest --stored` prints: the rule over what its version said in the last weeks."""
    begun, since = time.monotonic(), now - timedelta(weeks=weeks)
    with reading(system.engine) as session:
        site = park.site(session, site_id)
        if terms.site != site.id:
            raise NotFound(f'the rule is for site "{terms.site}", not "{site.id}": name its own site')
        version = park.model(session, terms.model, default=system.default_bundle.sha256)
        progress("reading what is stored", 0.0)
        frames = list(stored.frames(session, site.id, since=since, until=now, model=version.sha256))
        if not frames:
            raise FootageUnusable(
                f"{version.name} has looked at no frame of {site.name} in the last {weeks} weeks: let it run there "
                f"as a challenger first (`bearwatch model challenge {site.id} {version.name}`)"
            )
        first = dict(scored.first_decided(session, site.id))
        rule_at = always(_timeless(terms), None)
        teller = Teller(place=stored.place(session, site), rule_at=rule_at, first_seen=first)
        progress("deciding", 0.5)
        decided = list(teller.tell(frames, stored.answers(session, site.id, since=since)))
        visit_of = scored.visit_ids(session, site.id, since=since)
        verdicts = scored.verdicts(session, sorted(set(visit_of.values())))
        everything = scored.count(session, site.id, since=since)
    told = backtest_stored.told(
        decided, teller, visit_of=visit_of, verdicts=verdicts, zone=ZoneInfo(site.time_zone)
    )  # fmt: skip
    return {
        **told, "site": site.id, "weeks": weeks,
        "model": {"name": version.name, "sha256": version.sha256, "threshold": version.threshold},
        "rule": _timeless(terms).body(),
        "threshold": version.threshold if terms.threshold is None else terms.threshold,
        "frames_scored": len(frames), "frames_not_scored": everything - len(frames), "ms_per_frame": _cost(frames),
        "seconds": round(time.monotonic() - begun, 2), "warnings": [], "errors": [],
    }  # fmt: skip
