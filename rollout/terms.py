"""Terms: what one revision of a rule says, read from rule.toml or the same shape over HTTP. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rollout import canaries
from rollout.canaries import Canary
from store.errors import RuleMalformed
from store.vocabulary import Audience, Stage

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SUNS = ("night", "day", "dusk-to-dawn")
UNCONFIRMED = ("stay-silent", "ask-again")
HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")

GUARDRAILS: Mapping[str, type] = {
    "max_alerts_per_day": int,
    "max_median_minutes_to_verdict": float,
    "min_precision": float,
    "max_seconds_event_to_alert": float,
    "max_out_of_domain_share": float,
    "max_failed_deliveries_per_day": int,
    "max_seeded_tests_missed_per_day": int,
    "stop_on_drift_alarm": bool,
    "stop_on_data_fault": bool,
}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """A rule's content. Empty tuples mean all; threshold None means the model's own.

    hours are "HH:MM-HH:MM" in site time, over midnight allowed; dates are days of the site.
    """

    site: str
    stage: Stage
    model: str = "default"
    cameras: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()
    sun: str | None = None
    audience: Audience = Audience.RANGERS
    first_day: date | None = None
    last_day: date | None = None
    threshold: float | None = None
    deadline_minutes: float = 5
    unconfirmed: str = "stay-silent"
    cooldown_minutes: float = 30
    guardrails: Mapping[str, float | bool] = field(default_factory=dict)
    override: str | None = None
    if_it_worked_really_well: str | None = None
    canary: Canary | None = None

    def body(self) -> dict[str, Any]:
        """The terms as JSON, keys as in rule.toml."""
        plain: dict[str, Any] = {name: getattr(self, name) for name in KEYS}
        for name in ("cameras", "weekdays", "hours"):
            plain[name] = list(plain[name])
        for name in ("first_day", "last_day"):
            plain[name] = plain[name].isoformat() if plain[name] else None
        plain |= {"stage": self.stage.value, "audience": self.audience.value, "guardrails": dict(self.guardrails)}
        plain["override"] = {"reason": self.override} if self.override else None
        plain["answers"] = {"if_it_worked_really_well": self.if_it_worked_really_well}
        return plain | ({"canary": self.canary.body()} if self.canary else {})


KEYS = (
    "site", "model", "stage", "cameras", "weekdays", "hours", "sun", "audience", "first_day", "last_day",
    "threshold", "deadline_minutes", "unconfirmed", "cooldown_minutes",
)  # fmt: skip


def read(raw: Mapping[str, Any]) -> Terms:
    """Check a rule's fields one by one. Raises RuleMalformed naming the field and what is allowed.

    >>> read({"site": "camp", "stage": "shadow"}).audience.value
    'rangers'
    >>> read({"site": "camp", "stage": "shadow", "hours": ["25:00-26:00"]})
    Traceback (most recent call last):
    store.errors.RuleMalformed: hours: "25:00-26:00" is not a span like "20:00-06:00", from 00:00 to 24:00
    """
    unknown = sorted(set(raw) - {*KEYS, "guardrails", "override", "answers", "canary"})
    if unknown:
        raise RuleMalformed(
            f"{unknown[0]}: unknown key; allowed are {', '.join(KEYS)}, guardrails, override, answers, canary"
        )
    for needed in ("site", "stage"):
        if not raw.get(needed):
            raise RuleMalformed(f"{needed}: missing")
    terms = Terms(
        site=_text(raw, "site") or "",
        stage=Stage(_one_of(raw, "stage", tuple(Stage)) or ""),
        model=_text(raw, "model") or "default",
        cameras=_texts(raw, "cameras"),
        weekdays=tuple(day for day in WEEKDAYS if day in _each_of(raw, "weekdays", WEEKDAYS)),
        hours=_spans(raw),
        sun=_one_of(raw, "sun", SUNS),
        audience=Audience(_one_of(raw, "audience", tuple(Audience)) or Audience.RANGERS),
        first_day=_day(raw, "first_day"),
        last_day=_day(raw, "last_day"),
        threshold=_number(raw, "threshold", 0, 1),
        deadline_minutes=_number(raw, "deadline_minutes", 0.5, 24 * 60) or 5,
        unconfirmed=_one_of(raw, "unconfirmed", UNCONFIRMED) or "stay-silent",
        cooldown_minutes=_number(raw, "cooldown_minutes", 0, 24 * 60, otherwise=30) or 0,
        guardrails=_guardrails(raw.get("guardrails") or {}),
        override=_inside(raw, "override", "reason"),
        if_it_worked_really_well=_inside(raw, "answers", "if_it_worked_really_well"),
        canary=canaries.read(raw.get("canary")),
    )
    _check_together(terms)
    return terms


def _check_together(terms: Terms) -> None:
    if terms.hours and terms.sun:
        raise RuleMalformed("sun: give either hours or sun, not both")
    if terms.audience is Audience.CAMPERS and terms.stage is not Stage.LIVE:
        raise RuleMalformed(f"audience: campers only in live, this rule is {terms.stage}")
    if terms.stage is Stage.TRIAL and terms.last_day is None:
        raise RuleMalformed("last_day: a trial must have one")
    if terms.first_day and terms.last_day and terms.last_day < terms.first_day:
        raise RuleMalformed(
            f"last_day: {terms.last_day} is before first_day {terms.first_day}: choose that day or a later one"
        )


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    if value is not None and not isinstance(value, str):
        raise RuleMalformed(f"{key}: must be text in quotes, not {value!r}")
    return value


def _texts(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = raw.get(key) or []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise RuleMalformed(f'{key}: must be a list of texts like ["a", "b"], not {value!r}')
    return tuple(value)


def _one_of(raw: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str | None:
    value = _text(raw, key)
    if value is not None and value not in allowed:
        raise RuleMalformed(f'{key}: "{value}" is not one of {", ".join(allowed)}')
    return value


def _each_of(raw: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    values = _texts(raw, key)
    for value in values:
        if value not in allowed:
            raise RuleMalformed(f'{key}: "{value}" is not one of {", ".join(allowed)}')
    return values


def _spans(raw: Mapping[str, Any]) -> tuple[str, ...]:
    spans = _texts(raw, "hours")
    for span in spans:
        if not HOURS.fullmatch(span) or span[:5] == span[6:]:
            raise RuleMalformed(f'hours: "{span}" is not a span like "20:00-06:00", from 00:00 to 24:00')
    return spans


def _day(raw: Mapping[str, Any], key: str) -> date | None:
    value = raw.get(key)
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise RuleMalformed(f"{key}: {value!r} is not a day like 2026-11-27") from None


def _number(
    raw: Mapping[str, Any], key: str, low: float, high: float, *, otherwise: float | None = None
) -> float | None:
    value = raw.get(key)
    if value is None:
        return otherwise
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise RuleMalformed(f"{key}: {value!r} is not a number from {low} to {high}")
    return value


def _inside(raw: Mapping[str, Any], table: str, key: str) -> str | None:
    value = raw.get(table)
    if value is None:
        return None
    if not isinstance(value, Mapping) or set(value) - {key}:
        raise RuleMalformed(f"{table}: must be a table with the one key {key}")
    return (_text(value, key) or "").strip() or None


def _guardrails(raw: Any) -> dict[str, float | bool]:
    if not isinstance(raw, Mapping):
        raise RuleMalformed(f"guardrails: must be a table of {', '.join(GUARDRAILS)}")
    for key, value in raw.items():
        wanted = GUARDRAILS.get(key)
        if wanted is None:
            raise RuleMalformed(f"guardrails.{key}: unknown; allowed are {', '.join(GUARDRAILS)}")
        fits = isinstance(value, bool) if wanted is bool else isinstance(value, int | float) and value >= 0
        if not fits or (wanted is not bool and isinstance(value, bool)):
            raise RuleMalformed(
                f"guardrails.{key}: {value!r} is not {'true or false' if wanted is bool else 'a number'}"
            )
    return dict(raw)
