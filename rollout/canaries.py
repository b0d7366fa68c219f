"""Canaries: another model version in force on some cameras of a site, never on a share of its visits. Pure.

A camera is always decided by one version: a share of visits would depend on the version that makes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from store.errors import RuleMalformed

KEYS = ("model", "cameras", "last_day", "threshold")


@dataclass(frozen=True, kw_only=True)
class Canary:
    """[canary] of a rule: a version (by name, or its sha256), its cameras, its last day, its own threshold.

    threshold None: the version's own; the rule's was chosen for another version.
    """

    model: str
    cameras: tuple[str, ...]
    last_day: date
    threshold: float | None = None

    def body(self) -> dict[str, Any]:
        """As JSON, keys as in rule.toml."""
        return {
            "model": self.model, "cameras": list(self.cameras), "last_day": self.last_day.isoformat(),
            "threshold": self.threshold,
        }  # fmt: skip


def read(raw: Any) -> Canary | None:
    """Check the table's fields. Raises RuleMalformed naming the field and what is allowed.

    >>> read({"model": "new", "cameras": ["creek"], "last_day": "2026-12-04"}).cameras
    ('creek',)
    """
    if raw is None:
        return None
    if not isinstance(raw, Mapping) or set(raw) - set(KEYS):
        raise RuleMalformed(f"canary: must be a table of {', '.join(KEYS)}")
    model, cameras, last, threshold = (raw.get(key) for key in KEYS)
    if not isinstance(model, str) or not model:
        raise RuleMalformed("canary.model: name the version that is tried")
    if not isinstance(cameras, list) or not cameras or not all(isinstance(item, str) for item in cameras):
        raise RuleMalformed('canary.cameras: name the cameras that it decides on, like ["creek"]')
    if type(last) is not date:
        try:
            last = date.fromisoformat(last)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise RuleMalformed(f"canary.last_day: {last!r} is not a day like 2026-11-27; it must have one") from None
    wrong = isinstance(threshold, bool) or not isinstance(threshold, int | float | None)
    if wrong or (threshold is not None and not 0 <= threshold <= 1):
        raise RuleMalformed(f"canary.threshold: {threshold!r} is not a number from 0 to 1")
    return Canary(model=model, cameras=tuple(sorted(set(cameras))), last_day=last, threshold=threshold)


def wider(new: Canary | None, old: Canary | None) -> tuple[str, ...]:
    """In which ways a canary reaches further than the one before it. Taking one away is not wider.

    >>> one = Canary(model="new", cameras=("creek",), last_day=date(2026, 12, 4))
    >>> wider(one, None), wider(None, one)
    (('another model version on creek (canary)',), ())
    """
    if new is None:
        return ()
    if old is None or (new.model, new.threshold) != (old.model, old.threshold):
        return (f"another model version on {', '.join(new.cameras)} (canary)",)
    more = sorted(set(new.cameras) - set(old.cameras))
    return (
        *((f"another model version on {', '.join(more)} (canary)",) if more else ()),
        *(("a later last day of the canary",) if new.last_day > old.last_day else ()),
    )


def check(canary: Canary, *, groups: Mapping[str, str], holds: Sequence[str], same: bool, today: date) -> None:
    """Raise RuleMalformed where the canary cannot be. groups: of the site's cameras; holds: those of the rule.

    same: its version is the rule's own.
    """
    if same:
        raise RuleMalformed("canary.model: it is the rule's own version: name another, or leave the canary out")
    strange = [camera for camera in canary.cameras if camera not in holds]
    if strange:
        known = ", ".join(sorted(holds)) or "none"
        raise RuleMalformed(f'canary.cameras: the rule does not hold "{strange[0]}"; its cameras are: {known}')
    torn = sorted(
        camera
        for camera, group in groups.items()
        if camera not in canary.cameras and group in {groups[named] for named in canary.cameras}
    )
    if torn:
        raise RuleMalformed(
            f"canary.cameras: {torn[0]} sees the same animals as {canary.cameras[0]} (one group), and one bear must "
            "not be two visits of two versions: name the whole group"
        )
    if not set(holds) - set(canary.cameras):
        raise RuleMalformed(
            "canary.cameras: these are all cameras of the rule, so that nothing is left to compare with: propose the "
            "version as the rule's own `model`, with a last_day; going back takes one person then too"
        )
    if canary.last_day < today:
        raise RuleMalformed(f"canary.last_day: {canary.last_day} has passed: {today} or later")
