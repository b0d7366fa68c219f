"""Backtest: what a rule would have done with footage whose truth people have told. Pure.

Unit: the visit. A bear's visit is its labelled parts on one camera group, less than the gap apart; it is found where
the model called a frame in them a bear. A false alarm is a visit of the model's without a frame in any such part.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from model.detections import Detection
from model.evaluation import interval
from model.slices import FAR_SHARE
from rollout.footage_labels import EVER, Footage, Piece
from rollout.remembered import Visit
from rollout.retelling import Retold, Teller
from rollout.visits import BEAR, VISIT_GAP
from store.vocabulary import Act

RAISES = (Act.RECORD, Act.ASK, Act.WARN)


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A frame of footage. width, height in pixels."""

    frame: int
    footage: Footage
    at_s: float
    width: int
    height: int

    @property
    def piece(self) -> Piece | None:
        """The part of its file with a bear that holds it."""
        return next((piece for piece in self.footage.pieces if piece.bear and piece.holds(self.at_s)), None)


@dataclass(kw_only=True)
class TrueVisit:
    """A bear that people labelled. lost: parts of files that could not be opened."""

    group: str
    camera: str
    started_at: datetime
    ended_at: datetime
    pieces: list[tuple[Footage, Piece]]
    frames: list[tuple[Shot, Retold]] = field(default_factory=list)

    @property
    def found(self) -> bool:
        """Whether the model called one of its frames a bear."""
        return any(told.decision.act is not Act.NOTHING for _, told in self.frames)


def true_visits(footage: Iterable[Footage], group_of: Callable[[str], str]) -> list[TrueVisit]:
    """The labelled bears, those less than the gap apart on one group together. Each file has its time."""
    parts = [
        (group_of(one.camera), one.begins + timedelta(seconds=piece.start_s), _end(one, piece), one, piece)
        for one in footage
        for piece in one.pieces
        if piece.bear and one.begins is not None
    ]
    visits: list[TrueVisit] = []
    last: dict[str, TrueVisit] = {}
    for group, start, end, one, piece in sorted(parts, key=lambda part: (part[1], part[3].file)):
        open_ = last.get(group)
        if open_ is not None and start - open_.ended_at < VISIT_GAP:
            open_.pieces.append((one, piece))
            open_.ended_at = max(open_.ended_at, end)
            continue
        last[group] = TrueVisit(
            group=group, camera=one.camera, started_at=start, ended_at=end, pieces=[(one, piece)]
        )  # fmt: skip
        visits.append(last[group])
    return visits


def told(
    footage: Sequence[Footage], shots: Sequence[Shot], decided: Sequence[Retold], teller: Teller,
    *, group_of: Callable[[str], str], zone: ZoneInfo, lost: frozenset[str], days: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The numbers of `backtest`. lost: files that could not be opened; days: camera-days, where they are stated."""
    by_frame = {shot.frame: shot for shot in shots}
    pairs = [(by_frame[one.scored.frame], one) for one in decided]
    real = true_visits([one for one in footage if one.file not in lost], group_of)
    place = {(one.file, piece.line): visit for visit in real for one, piece in visit.pieces}
    for shot, one in pairs:
        piece = shot.piece
        if piece is not None:
            place[shot.footage.file, piece.line].frames.append((shot, one))
    false = list(_false(pairs, teller))
    by_camera = camera_days([one for one in footage if one.file not in lost], zone)
    exposure = days if days is not None else float(sum(by_camera.values()))
    return {
        **_measured(real, false, exposure),
        "camera_days": exposure,
        "slices": {
            name: _measured(
                [visit for visit in real if of_true(visit)], [visit for visit in false if of_false(visit)],
                by_camera[name[7:]] if name.startswith("camera:") else exposure,
            )
            for name, of_true, of_false in _slices(real, false)
        },
        "would_have": would_have(decided),
        "misses": [_miss(visit) for visit in real if not visit.found],
        "false": [_false_alarm(visit) for visit in false],
        "not_judged": len(true_visits([one for one in footage if one.file in lost], group_of)),
    }  # fmt: skip


def would_have(decided: Iterable[Retold]) -> dict[str, Any]:
    """How many alerts the rule would have raised; sent: warned at once; held: asked of rangers, or kept back."""
    raised = [one.decision for one in decided if one.alert is not None]
    acts = Counter(one.act for one in raised)
    return {
        "alerts": len(raised), "sent": acts[Act.WARN], "held": len(raised) - acts[Act.WARN], "asked": acts[Act.ASK],
        "recorded": acts[Act.RECORD], "by_reason": dict(Counter(one.reason.value for one in raised).most_common()),
    }  # fmt: skip


def measured(real: int, found: int, false: int, days: float) -> dict[str, Any]:
    """Recall, false alarms a camera-day and precision, with exact intervals.

    >>> told = measured(10, 9, 3, 6.0)
    >>> told["recall"], told["false_alarms_per_camera_day"], told["precision"]
    (0.9, 0.5, 0.75)
    """
    alarms = found + false
    return {
        "visits": {"bear": real, "found": found, "missed": real - found},
        "recall": found / real if real else None,
        "recall_interval": list(interval(found, real)) if real else None,
        "false_alarms": false, "camera_days": days, "false_alarms_per_camera_day": false / days if days else None,
        "precision": found / alarms if alarms else None,
        "precision_interval": list(interval(found, alarms)) if alarms else None,
    }  # fmt: skip


def camera_days(footage: Iterable[Footage], zone: ZoneInfo) -> Counter[str]:
    """Of each camera the days of the site on which it has footage."""
    days = set()
    for one in footage:
        if one.begins is None:
            continue
        first = one.begins.astimezone(zone).date()
        last = (one.begins + timedelta(seconds=one.seconds)).astimezone(zone).date()
        days |= {(one.camera, first + timedelta(days=number)) for number in range((last - first).days + 1)}
    return Counter(camera for camera, _ in days)


@dataclass(frozen=True, kw_only=True, eq=False)
class FalseVisit:
    """A visit of the model's in which people saw no bear."""

    frames: Sequence[tuple[Shot, Retold]]

    @property
    def best(self) -> tuple[Shot, Retold]:
        """Its surest frame."""
        return max(self.frames, key=lambda frame: p_of(frame[1]))


def p_of(one: Retold) -> float:
    """How sure the model was of a bear in a frame."""
    return one.scored.found.p_bear if isinstance(one.scored.found, Detection) else 0.0


def _end(one: Footage, piece: Piece) -> datetime:
    assert one.begins is not None
    return one.begins + timedelta(seconds=max(piece.start_s, one.seconds) if piece.end_s == EVER else piece.end_s)


def _false(pairs: Iterable[tuple[Shot, Retold]], teller: Teller) -> Iterator[FalseVisit]:
    by_visit: dict[Visit, list[tuple[Shot, Retold]]] = defaultdict(list)
    for shot, one in pairs:
        if one.decision.act is not Act.NOTHING:
            by_visit[teller.memory.of_frame[shot.frame]].append((shot, one))
    for visit, frames in by_visit.items():
        if visit.key[2] == BEAR and all(shot.piece is None for shot, _ in frames):
            yield FalseVisit(frames=frames)


def _measured(real: Sequence[TrueVisit], false: Sequence[FalseVisit], days: float) -> dict[str, Any]:
    return measured(len(real), sum(visit.found for visit in real), len(false), days)


def _slices(
    real: Sequence[TrueVisit], false: Sequence[FalseVisit]
) -> Iterator[tuple[str, Callable[[TrueVisit], bool], Callable[[FalseVisit], bool]]]:
    """Name, which of the bears belong to it, and which of the false alarms."""
    for name, night in (("day", False), ("night", True)):
        yield name, _of(lambda v: _night(v.frames), night), _of(lambda v: _night(v.frames), night)
    for name in ("near", "far"):
        yield name, _of(_distance, name), _of(lambda v: _size(v.frames), name)
    cameras = {visit.camera for visit in real} | {visit.best[0].footage.camera for visit in false}
    for camera in sorted(cameras):
        yield f"camera:{camera}", _of(lambda v: v.camera, camera), _of(lambda v: v.best[0].footage.camera, camera)


def _of(asked: Callable[[Any], Any], wanted: object) -> Callable[[Any], bool]:
    return lambda visit: asked(visit) == wanted


def _night(frames: Sequence[tuple[Shot, Retold]]) -> bool | None:
    """Whether most of its pictures are infrared; None where none was judged."""
    said = [one.scored.found.night for _, one in frames if isinstance(one.scored.found, Detection)]
    return sum(said) * 2 > len(said) if said else None


def _distance(visit: TrueVisit) -> str:
    """As people wrote it, else by the largest box of the model's; empty: nobody says."""
    said = [piece.distance for _, piece in visit.pieces if piece.distance]
    return said[0] if said else _size([frame for frame in visit.frames if frame[1].decision.act is not Act.NOTHING])


def _size(frames: Sequence[tuple[Shot, Retold]]) -> str:
    shares = [
        max(box.w * shot.width, box.h * shot.height) / max(shot.width, shot.height)
        for shot, one in frames
        if isinstance(one.scored.found, Detection) and shot.width
        for box in one.scored.found.boxes
        if box.label == one.scored.found.label
    ]
    return "" if not shares else "far" if max(shares) < FAR_SHARE else "near"


def _miss(visit: TrueVisit) -> dict[str, Any]:
    best = max((p_of(one) for _, one in visit.frames), default=None)
    return {
        "camera": visit.camera, "started_at": visit.started_at, "ended_at": visit.ended_at,
        "files": [
            {"file": one.file, "line": piece.line, "start_s": piece.start_s,
             "end_s": None if piece.end_s == EVER else piece.end_s}
            for one, piece in visit.pieces
        ],
        "label": visit.pieces[0][1].label, "frames": len(visit.frames), "p_bear": best, "night": _night(visit.frames),
        "distance": _distance(visit) or None,
        "says": "nothing moved: no frame of it was worth scoring" if best is None else f"surest bear {best:.2f}",
    }  # fmt: skip


def _false_alarm(visit: FalseVisit) -> dict[str, Any]:
    shot, one = visit.best
    found = one.scored.found
    assert isinstance(found, Detection)
    return {
        "camera": shot.footage.camera, "file": shot.footage.file, "at_s": shot.at_s, "at": one.scored.taken_at,
        "label": found.label, "p_bear": found.p_bear, "night": _night(visit.frames), "frames": len(visit.frames),
        "distance": _size(visit.frames) or None,
        "labelled": next((piece.label for piece in shot.footage.pieces if piece.holds(shot.at_s)), None),
        "act": one.decision.act.value, "reason": one.decision.reason.value,
    }  # fmt: skip
