"""park.toml: read and checked whole; a fault names the line, the key and what is allowed."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from api import park_shapes as shapes
from ingest import addresses
from rollout.notify import calling, folder
from rollout.parks import CameraPlan, DutyPlan, ParkPlan, ReceiverPlan, SitePlan
from store.errors import ParkFileMalformed, SourceUnreachable
from store.vocabulary import Audience, CameraKind

ALL_SITES = "park"
"""Stands for all sites in /api/v1/reports/park/{week}: no site may have it."""

RECEIVER = re.compile(rf"{folder.NAME.pattern}|https?://\S+")


Place = tuple[int | str, ...]


def read(path: Path) -> ParkPlan:
    """Read a park file. Raises ParkFileMalformed."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise ParkFileMalformed(f"{path} cannot be read ({fault.strerror}): check the path and its rights") from None
    except UnicodeDecodeError:
        raise ParkFileMalformed(f"{path} is not UTF-8: save it as UTF-8") from None
    return parse(text, str(path))


def parse(text: str, name: str = "park.toml") -> ParkPlan:
    """Check the text of a park file. Raises ParkFileMalformed with file, line, key and what is allowed."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ParkFileMalformed(f"{name}: {fault}") from None
    try:
        file = shapes.File.model_validate(raw)
    except ValidationError as fault:
        told = [f"{name} line {_line(text, item['loc'])}: {_says(item)}" for item in fault.errors()]
        raise ParkFileMalformed("\n".join(told)) from None
    faults = [f"{name} line {_line(text, place)}: {says}" for place, says in _together(file)]
    if faults:
        raise ParkFileMalformed("\n".join(faults))
    return _plan(file)


def _together(file: shapes.File) -> Iterator[tuple[Place, str]]:
    """Faults that no single key shows."""
    sites = [site.id for site in file.site]
    receivers = {receiver.id: receiver for receiver in file.receiver}
    for kind in ("site", "camera", "receiver"):
        rows = getattr(file, kind)
        for number, row in enumerate(rows):
            if row.id in [earlier.id for earlier in rows[:number]]:
                yield (kind, number, "id"), f'{kind}.id: "{row.id}" is used twice; each must be its own'
    for number, site in enumerate(file.site):
        if site.id == ALL_SITES:
            says = f'site.id: "{ALL_SITES}" means all sites in the addresses of reports: choose another'
            yield ("site", number, "id"), says
    for kind in ("camera", "receiver", "duty"):
        for number, row in enumerate(getattr(file, kind)):
            if row.site not in sites:
                yield (kind, number, "site"), f'{kind}.site: "{row.site}" is no site of this file; {_list(sites)}'
    yield from ((("park", "exit", "pool"), says) for says in _pool_faults(file.park.exit.pool or [], sites))
    yield from _group_faults(file.camera)
    yield from _login_faults(file.camera)
    if (file.training.keep == "window") != (file.training.window_days is not None):
        yield ("training", "keep"), 'training.keep: "window" needs window_days, and window_days needs keep = "window"'
    for number, camera in enumerate(file.camera):
        yield from ((("camera", number, "url"), says) for says in _camera_faults(camera))
        yield from ((("camera", number, "watch_url"), says) for says in _watch_faults(camera))
        if (camera.latitude is None) != (camera.longitude is None):
            yield ("camera", number, "latitude"), "camera.latitude: give latitude and longitude, or neither"
    for number, receiver in enumerate(file.receiver):
        if not RECEIVER.fullmatch(receiver.url):
            allowed = "folder:NAME (never STOP or STOP-<site>), https://... and http://..."
            yield ("receiver", number, "url"), f"receiver.url: allowed are {allowed}"
        elif receiver.url.startswith("http") and (fault := calling.unusable(receiver.url)):
            yield ("receiver", number, "url"), f"receiver.url: nobody can be called there: {fault}"
        second = receivers.get(receiver.second or "")
        if receiver.second and (second is None or second.site != receiver.site or second is receiver):
            others = [other.id for other in file.receiver if other.site == receiver.site and other is not receiver]
            yield (
                ("receiver", number, "second"),
                f'receiver.second: "{receiver.second}" is no other receiver of this site; {_list(others)}',
            )
    for number, duty in enumerate(file.duty):
        mine = [receiver.id for receiver in file.receiver if receiver.site == duty.site]
        for receiver_id in [item for step in duty.chain for item in step.receivers if item not in mine]:
            yield (
                ("duty", number, "chain"),
                f'duty.chain: "{receiver_id}" is no receiver of {duty.site}; {_list(mine)}',
            )
        if [step.after_minutes for step in duty.chain] != sorted(step.after_minutes for step in duty.chain):
            yield ("duty", number, "chain"), "duty.chain: after_minutes must grow from step to step"


def _pool_faults(pools: Sequence[Sequence[str]], sites: list[str]) -> Iterator[str]:
    """A site is pooled once, with others of the file."""
    named = [site for pool in pools for site in pool]
    for site in dict.fromkeys(named):
        if site not in sites:
            yield f'pool: "{site}" is no site of this file; {_list(sites)}'
        elif named.count(site) > 1:
            yield f'pool: "{site}" is named twice; a site is pooled once'


def _group_faults(cameras: Sequence[shapes.Camera]) -> Iterator[tuple[Place, str]]:
    """A group is of one site: its visits alert once, and only the people of one site are told."""
    first: dict[str, shapes.Camera] = {}
    for number, camera in enumerate(cameras):
        group = camera.group or camera.id
        other = first.setdefault(group, camera)
        if other.site != camera.site:
            yield (
                ("camera", number, "group"),
                f'camera.group: "{group}" has cameras of two sites, {other.id} of {other.site} and {camera.id} of '
                f"{camera.site}; the cameras of a group are all of one site: give one of them another group",
            )


def _login_faults(cameras: Sequence[shapes.Camera]) -> Iterator[tuple[Place, str]]:
    """A login names one camera; a camera's id is its login too."""
    for number, camera in enumerate(cameras):
        login = camera.recognise.login
        others = [other.id for other in cameras if other is not camera and login in (other.id, other.recognise.login)]
        if login and others:
            yield (
                ("camera", number, "recognise", "login"),
                f'recognise.login: "{login}" is {others[0]}\'s: choose another',
            )


def _camera_faults(camera: shapes.Camera) -> Iterator[str]:
    if camera.kind == "trail":
        if camera.url:
            yield "camera.url: a trail camera pushes its pictures, it has no address: remove it"
    elif not camera.url:
        yield f"camera.url: missing; a camera of kind {camera.kind} needs one"
    else:
        try:
            addresses.check(camera.kind, camera.url)
        except SourceUnreachable as fault:
            yield f"camera.url: {fault.detail}"


def _watch_faults(camera: shapes.Camera) -> Iterator[str]:
    """Only a stream has a smaller one beside it, and a way of transport."""
    if camera.kind != "stream":
        if camera.watch_url:
            yield "camera.watch_url: only a camera of kind stream has one: remove it"
        if camera.transport != "tcp":
            yield "camera.transport: only a camera of kind stream has one: remove it"
    elif camera.watch_url:
        try:
            addresses.check(camera.kind, camera.watch_url)
        except SourceUnreachable as fault:
            yield f"camera.watch_url: {fault.detail}"


def _plan(file: shapes.File) -> ParkPlan:
    park = file.park
    return ParkPlan(
        name=park.name, time_zone=park.time_zone, heartbeat=park.heartbeat,
        objective=file.objective.model_dump(), exit=park.exit.model_dump(exclude_none=True),
        training=file.training.model_dump(exclude_unset=True), storage=file.storage.model_dump(exclude_unset=True),
        trust=park.trust.model_dump(exclude_none=True),
        camera_networks=park.camera_networks, pictures_leave=park.pictures_leave, blur_people=park.blur_people,
        match_minutes=park.match_minutes,
        alarm_hours=park.alarm_hours,
        sites=[
            SitePlan(
                id=site.id, name=site.name, time_zone=site.time_zone or park.time_zone,
                latitude=site.latitude, longitude=site.longitude, sensitive=site.sensitive,
            )
            for site in file.site
        ],
        cameras=[
            CameraPlan(
                id=camera.id, site_id=camera.site, kind=CameraKind(camera.kind), url=camera.url,
                group_id=camera.group or camera.id, time_zone=camera.time_zone,
                recognise=camera.recognise.model_dump(exclude_defaults=True), watch_url=camera.watch_url,
                transport=camera.transport, latitude=camera.latitude, longitude=camera.longitude,
                known_clip=camera.known_clip,
            )
            for camera in file.camera
        ],
        receivers=[
            ReceiverPlan(
                id=row.id, site_id=row.site, audience=Audience(row.audience), url=row.url,
                second=row.second, hours=row.hours, reports=row.reports,
            )
            for row in file.receiver
        ],
        duties=[
            DutyPlan(site_id=duty.site, hours=duty.hours, chain=[step.model_dump() for step in duty.chain])
            for duty in file.duty
        ],
    )  # fmt: skip


def _says(item: Any) -> str:
    """One fault of pydantic's in our words."""
    key = ".".join(str(part) for part in item["loc"] if not isinstance(part, int))
    if item["type"] == "extra_forbidden":
        return f"{key}: unknown key; allowed are {_allowed(item['loc'])}"
    if item["type"] == "missing":
        return f"{key}: missing"
    if item["type"] == "string_pattern_mismatch" and key.endswith(("id", "site", "group", "second", "receivers")):
        return f'{key}: "{item["input"]}" is not a name of a-z, 0-9 and -, at most 40 long'
    if item["type"] == "string_pattern_mismatch" and key.endswith("hours"):
        return f'{key}: "{item["input"]}" is not a span like "20:00-06:00"'
    said = item["msg"].removeprefix("Value error, ")
    return f"{key}: {said}" + (f", not {item['input']!r}" if item["type"] != "value_error" else "")


def _allowed(place: Place) -> str:
    tables: dict[str, type[BaseModel]] = {
        "park": shapes.Park, "exit": shapes.Exit, "trust": shapes.Trust,
        "objective": shapes.Objective, "training": shapes.Training,
        "storage": shapes.Storage, **dict.fromkeys(shapes.Storage.model_fields, shapes.Budget),
        "site": shapes.Site,
        "camera": shapes.Camera, "recognise": shapes.Recognise,
        "receiver": shapes.Receiver, "duty": shapes.Duty, "chain": shapes.Step,
    }  # fmt: skip
    names = [str(part) for part in place[:-1] if not isinstance(part, int)]
    table = tables.get(names[-1], shapes.File) if names else shapes.File
    return ", ".join(table.model_fields)


def _line(text: str, place: Place) -> int:
    """The line of a key, or of its table where the key is not there. Counts from 1."""
    table, number = str(place[0]), next((part for part in place if isinstance(part, int)), 0)
    names = [str(part) for part in place[1:] if not isinstance(part, int)]
    if len(names) > 1 and f"[{table}.{names[0]}]" in text.replace(" ", ""):
        table, names = f"{table}.{names[0]}", names[1:]
    key = names[0] if names else ""
    at, seen, inside = 1, -1, False
    for line_number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?", line)
        if header:
            seen += header[1] == table
            inside = header[1] == table and seen == number
            at = line_number if inside else at
        elif (inside or not key) and re.match(rf"\s*\"?{re.escape(key or table)}\"?\s*=", line):
            return line_number
    return at


def _list(names: list[str]) -> str:
    return f"there are {', '.join(names)}" if names else "there is none"
