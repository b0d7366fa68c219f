"""Data policy: which labelled pictures the next training uses, and why each of the others is left. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from model.labels import Labelled

LEFT, PART_BEFORE = "left", "part_before"
"""Columns of labels.csv: why the policy left a row, and which part it was before."""

OUT = "out"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What a park keeps. window_days: None: of any age. most_per_camera: None: as many as there are."""

    window_days: int | None = None
    most_per_camera: int | None = None


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A labelled picture. camera: empty where nobody knows; taken_at: None where nobody knows."""

    name: str
    label: str
    camera: str
    taken_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The names that are used, and why each of the others is left."""

    used: tuple[str, ...]
    left: Mapping[str, str]

    @property
    def says(self) -> str:
        """Both in a line for people.

        >>> Choice(used=("a",), left={"b": "over the cap of camera creek"}).says
        'used: 1; left: 1 over the cap of camera creek'
        """
        reasons = Counter(self.left.values())
        told = ", ".join(f"{count} {why}" for why, count in sorted(reasons.items()))
        return f"used: {len(self.used)}; left: {told or 'none'}"


def read(told: Mapping[str, Any]) -> Policy:
    """The policy of park.toml's [training]; an empty one keeps all.

    >>> read({"keep": "window", "window_days": 365})
    Policy(window_days=365, most_per_camera=None)
    """
    window = told.get("window_days") if told.get("keep") == "window" else None
    return Policy(window_days=window, most_per_camera=told.get("most_per_camera"))


def choose(pictures: Sequence[Picture], policy: Policy, *, now: datetime) -> Choice:
    """Leave what is older than the window, then what is over a camera's cap.

    A camera over its cap keeps the newest of each of its labels in turn, so that a thousand empty pictures push no
    bear out. Where a picture's time is not known its age is not held against it, and without a camera no cap is.
    """
    left: dict[str, str] = {}
    if policy.window_days is not None:
        oldest = now - timedelta(days=policy.window_days)
        why = f"older than {policy.window_days} days"
        left |= {one.name: why for one in pictures if one.taken_at is not None and one.taken_at < oldest}
    if policy.most_per_camera is not None:
        cameras: dict[str, list[Picture]] = defaultdict(list)
        for one in pictures:
            if one.name not in left and one.camera:
                cameras[one.camera].append(one)
        for camera, mine in cameras.items():
            over = _in_turn(mine)[policy.most_per_camera :]
            left |= dict.fromkeys((one.name for one in over), f"over the cap of camera {camera}")
    return Choice(used=tuple(one.name for one in pictures if one.name not in left), left=left)


def sort_out(rows: Sequence[Labelled], policy: Policy, *, now: datetime) -> tuple[list[Labelled], Choice]:
    """The rows of labels.csv with part "out" where the policy leaves them, and back where it does so no more."""
    back = [_back(row) for row in rows]
    asked = [_picture(row) for row in back if row.part != OUT]
    choice = choose(asked, policy, now=now)
    return [_left(row, choice.left[row.file]) if row.file in choice.left else row for row in back], choice


def _picture(row: Labelled) -> Picture:
    try:
        at = datetime.fromisoformat(row.taken_at) if row.taken_at else None
    except ValueError:
        at = None
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return Picture(name=row.file, label=row.label, camera=row.camera, taken_at=at)


def _left(row: Labelled, why: str) -> Labelled:
    return replace(row, part=OUT, more={**row.more, LEFT: why, PART_BEFORE: row.part})


def _back(row: Labelled) -> Labelled:
    if not row.more.get(LEFT):
        return row
    cleared = {**row.more, LEFT: "", PART_BEFORE: ""}
    return replace(row, part=row.more.get(PART_BEFORE, ""), more=cleared)


def _in_turn(pictures: Sequence[Picture]) -> list[Picture]:
    """The newest of each label, then the second newest of each, and so on."""
    turns: Counter[str] = Counter()
    ranked = []
    for one in sorted(pictures, key=_newest_first):
        ranked.append((turns[one.label], one))
        turns[one.label] += 1
    return [one for _, one in sorted(ranked, key=lambda pair: (pair[0], *_newest_first(pair[1])))]


def _newest_first(one: Picture) -> tuple[float, str]:
    """What has no time counts as new."""
    return (float("-inf") if one.taken_at is None else -one.taken_at.timestamp(), one.name)
