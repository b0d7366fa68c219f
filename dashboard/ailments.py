"""Ailments: what is wrong with a camera, in lines of a page. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape

from api.schemas.health import EpisodeOut, StoredOut
from api.schemas.park import CameraOut
from api.schemas.words import CameraHealth
from dashboard.listing import local, span

CLOCK_FITS = timedelta(minutes=3)
"""So far a clock may seem behind, since pictures take a while to come."""

STORED = ["What", "How many", "Size", "Oldest", "Budget"]
MEANS = {
    "quiet": "nothing seen", "visits": "visits without an alert", "alerts": "alerts that were no bear",
    "clips": "clips as handed in", "recordings": "recordings of streams", "timelapse": "time-lapse",
    "kept": "pending, confirmed, disputed, for training",
}  # fmt: skip


def worst_first(cameras: Sequence[CameraOut]) -> list[CameraOut]:
    """Those with something wrong before the others, each group by name."""
    return sorted(cameras, key=lambda one: (well(one), one.id))


def well(camera: CameraOut) -> bool:
    """Whether nothing is known to be wrong. One that never gave a picture is not well."""
    return not camera.episodes and camera.health is CameraHealth.ALIVE


def head(camera: CameraOut) -> str:
    """The camera and how it is."""
    state = "in order" if well(camera) else ", ".join(one.name for one in camera.episodes) or camera.health.value
    mark = "" if well(camera) else " bw-not-sent"
    masked = unwatched(camera)
    hidden = f'<p class="bw-line"><b class="bw-not-sent">{escape(masked)}</b></p>' if masked else ""
    return (
        f'<div class="bw-big"><b>{escape(camera.id)}</b> · <span class="{mark.strip()}">'
        f'{escape(state.replace("_", " "))}</span></div><p class="bw-line bw-quiet">{escape(camera.says)}'
        f"{escape(_clock(camera))}</p>{hidden}"
    )


def _clock(camera: CameraOut) -> str:
    """What was measured of its clock; nothing where it could not be.

    >>> from types import SimpleNamespace
    >>> [_clock(SimpleNamespace(clock_offset_s=offset)) for offset in (-3590.0, 12.0, None)]
    ['; its clock is 1 h behind ours', '; its clock is right', '']
    """
    if camera.clock_offset_s is None:
        return ""
    off = timedelta(minutes=round(abs(camera.clock_offset_s) / 60))
    if off <= CLOCK_FITS:
        return "; its clock is right"
    return f"; its clock is {span(off)} {'ahead of' if camera.clock_offset_s > 0 else 'behind'} ours"


def unwatched(camera: CameraOut) -> str:
    """What people took out of the model's sight, in words; empty where nothing is."""
    return "; ".join(part for part in (_masked(camera), _quiet(camera)) if part)


def _masked(camera: CameraOut) -> str:
    day, night = camera.unwatched_day, camera.unwatched_night
    if not day and not night:
        return ""
    if day == night:
        return f"{percent(day)} of the view is NOT watched"
    return f"NOT watched: {percent(day)} of the view by day, {percent(night)} by night"


def _quiet(camera: CameraOut) -> str:
    if not camera.quiet_places:
        return ""
    where = "a quiet place" if camera.quiet_places == 1 else f"{camera.quiet_places} quiet places"
    return f"a bear seen only in {where} asks NOBODY"


def known(camera: CameraOut, zone: str, now: datetime) -> list[str]:
    """One row of the tests with known bears."""
    last = camera.known_clip
    if last is None:
        return [camera.id, "never", "not tested: confirm a bear of this camera, or name a file as known_clip", ""]
    found = {True: "found", False: "NOT FOUND", None: "not judged"}[last.found]
    return [camera.id, f"{found}, {local(last.played_at, zone, now)}", last.says, last.source]


KNOWN = ["Camera", "Last test", "What was seen", "What was played"]


def percent(share: float) -> str:
    """A share in words: a small one is not nothing.

    >>> percent(0.25), percent(0.001), percent(0.0)
    ('25%', 'less than 1%', '0%')
    """
    return "less than 1%" if 0 < share < 0.01 else f"{share:.0%}"


def line(episode: EpisodeOut, zone: str, now: datetime) -> str:
    """One thing that is wrong: since when, what was measured, the mend, and who knows of it."""
    known = ""
    if episode.acknowledged_by is not None:
        known = (
            f'<p class="bw-line bw-quiet">{escape(episode.acknowledged_by)} knows: {escape(episode.note or "")}</p>'
        )
    return (
        f'<p class="bw-line"><b>{escape(episode.name.capitalize())}</b> since '
        f"{escape(local(episode.began_at, zone, now))} ({escape(span(now - episode.began_at))}): "
        f'{escape(episode.says)}.</p><p class="bw-line">Mend: {escape(episode.mend)}.</p>{known}'
    )


def past(episode: EpisodeOut, zone: str, now: datetime) -> list[str]:
    """One row of the history."""
    end = "still" if episode.ended_at is None else local(episode.ended_at, zone, now)
    lasted = span((episode.ended_at or now) - episode.began_at)
    return [
        episode.camera or "Bearwatch", episode.name, local(episode.began_at, zone, now), end, lasted, episode.says,
        episode.acknowledged_by or "",
    ]  # fmt: skip


def stored(one: StoredOut, zone: str, now: datetime) -> list[str]:
    """One row of what is kept."""
    budget = [f"{one.days} days"] if one.days else []
    budget += [f"{one.gb:g} GB"] if one.gb else []
    never = "never dropped" if one.kind == "kept" else "none: kept for ever"
    return [
        MEANS[one.kind], str(one.pictures), f"{one.size_bytes / 1e6:.0f} MB",
        local(one.oldest_at, zone, now) if one.oldest_at else "", " or ".join(budget) or never,
    ]  # fmt: skip
