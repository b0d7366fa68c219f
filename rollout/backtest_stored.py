"""Backtest on what is stored: a rule over a site's own scored frames, with people's answers as the truth. Pure.

A visit that people called a bear counts as found where the rule's version calls one of its frames a bear. What nobody
answered counts neither way: it is told apart.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from model.detections import Detection
from rollout import backtest
from rollout.remembered import Visit
from rollout.retelling import Retold, Teller
from rollout.visits import BEAR
from store.vocabulary import Act, Verdict


def told(
    decided: Sequence[Retold], teller: Teller, *, visit_of: Mapping[int, int], verdicts: Mapping[int, Verdict],
    zone: ZoneInfo,
) -> dict[str, Any]:  # fmt: skip
    """The numbers of `backtest --stored`. visit_of: of each frame the visit that live put it in."""
    says: dict[int, list[Retold]] = defaultdict(list)
    for one in decided:
        says[visit_of.get(one.scored.frame, 0)].append(one)
    bears = [visit for visit, verdict in verdicts.items() if verdict is Verdict.BEAR and visit in says]
    alarms, unanswered = _alarms(decided, teller, visit_of, verdicts)
    days = {(one.scored.camera, one.scored.taken_at.astimezone(zone).date()) for one in decided}
    cameras = Counter(camera for camera, _ in days)
    groups = {"day": False, "night": True}
    return {
        **_measured([says[visit] for visit in bears], alarms, float(len(days))),
        "camera_days": float(len(days)), "not_reviewed": len(unanswered),
        "slices": {
            **{
                name: _measured(
                    [says[visit] for visit in bears if _night(says[visit]) is night],
                    [alarm for alarm in alarms if _night(alarm) is night], float(len(days)),
                )
                for name, night in groups.items()
            },
            **{
                f"camera:{name}": _measured(
                    [says[visit] for visit in bears if _camera(says[visit]) == name],
                    [alarm for alarm in alarms if _camera(alarm) == name], float(many),
                )
                for name, many in sorted(cameras.items())
            },
        },
        "would_have": backtest.would_have(decided),
        "misses": [{"visit": visit, **_shown(says[visit])} for visit in bears if not _found(says[visit])],
        "false": [{"visit": visit_of.get(alarm[0].scored.frame), **_shown(alarm)} for alarm in alarms],
    }  # fmt: skip


def _alarms(
    decided: Sequence[Retold], teller: Teller, visit_of: Mapping[int, int], verdicts: Mapping[int, Verdict]
) -> tuple[list[list[Retold]], list[list[Retold]]]:
    """The bears of the rule in which people saw none, and those that nobody answered."""
    by_visit: dict[Visit, list[Retold]] = defaultdict(list)
    for one in decided:
        if one.decision.act is not Act.NOTHING and one.scored.frame in teller.memory.of_frame:
            by_visit[teller.memory.of_frame[one.scored.frame]].append(one)
    false, unanswered = list[list[Retold]](), list[list[Retold]]()
    for visit, frames in by_visit.items():
        given = {verdicts.get(visit_of.get(one.scored.frame, 0)) for one in frames}
        if visit.key[2] != BEAR or Verdict.BEAR in given:
            continue
        (false if Verdict.NOT_BEAR in given else unanswered).append(frames)
    return false, unanswered


def _measured(real: Sequence[Sequence[Retold]], false: Sequence[Sequence[Retold]], days: float) -> dict[str, Any]:
    return backtest.measured(len(real), sum(map(_found, real)), len(false), days)


def _found(frames: Sequence[Retold]) -> bool:
    return any(one.decision.act is not Act.NOTHING for one in frames)


def _night(frames: Sequence[Retold]) -> bool | None:
    said = [one.scored.found.night for one in frames if isinstance(one.scored.found, Detection)]
    return sum(said) * 2 > len(said) if said else None


def _camera(frames: Sequence[Retold]) -> str:
    return max(frames, key=backtest.p_of).scored.camera


def _shown(frames: Sequence[Retold]) -> dict[str, Any]:
    best = max(frames, key=backtest.p_of)
    return {
        "camera": best.scored.camera, "frame": best.scored.frame, "at": best.scored.taken_at,
        "p_bear": backtest.p_of(best), "night": _night(frames), "frames": len(frames),
        "act": best.decision.act.value, "reason": best.decision.reason.value,
    }  # fmt: skip
