"""Auditing: entries of the chain and decisions as rows of a table, and the query of a download. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from api.schemas.audit import AuditEntryOut
from api.schemas.park import DecisionOut
from dashboard.listing import guardrail, local

KINDS: Mapping[str, str] = {
    "rule": "rules", "stop": "stops", "watch": "manual watch", "guardrail": "guardrails in trial",
    "pause": "pauses that ended", "alert": "alerts that expired", "warning": "warnings withheld",
    "camera": "cameras", "park": "park.toml", "person": "people", "token": "tokens", "key": "camera keys",
    "model": "model versions", "training": "training", "held": "held pictures",
}  # fmt: skip
"""Kinds of entries, by the first word of their action."""

SAID: Mapping[str, str] = {
    "rule.in_force": "rule in force", "rule.narrowed": "narrowed by a guardrail", "rule.void": "proposal void",
    "stop": "STOP", "stop.lift_asked": "asks to lift the stop", "stop.lifted": "stop lifted",
    "watch.accepted": "manual watch taken", "park.applied": "park.toml applied",
}  # fmt: skip


def rows(entries: Sequence[AuditEntryOut], zone: str, now: datetime) -> list[list[str]]:
    """Who changed what, when, why, on which evidence; the newest first."""
    return [
        [str(entry.number), local(entry.at, zone, now), entry.who, f"{action(entry.action)} · {entry.subject}",
         entry.says, evidence(entry.body)]
        for entry in entries
    ]  # fmt: skip


def action(name: str) -> str:
    """An action in words.

    >>> action("rule.proposed"), action("rule.in_force")
    ('rule proposed', 'rule in force')
    """
    return SAID.get(name, name.replace(".", " ").replace("_", " "))


def evidence(body: Mapping[str, Any]) -> str:
    """What a change rests on, as far as it can be said in a few words; all of it is in the entry.

    >>> evidence({"guardrail": "min_precision", "has": 0.1, "limit": 0.5, "of": 30})
    'precision: has 0.1 of 30 visits, limit 0.5'
    >>> evidence({"bound_to": "3f" * 32, "wider": ["more hours"]})
    'evidence 3f3f3f3f3f3f; wider: more hours'
    """
    told = []
    if "guardrail" in body and body.get("has") is not None:
        of = f" of {body['of']} visits" if body.get("of") is not None else ""
        told.append(f"{guardrail(str(body['guardrail']))}: has {body['has']:g}{of}, limit {body.get('limit'):g}")
    if "bound_to" in body:
        told.append(f"evidence {str(body['bound_to'])[:12]}")
    if body.get("wider"):
        told.append(f"wider: {', '.join(body['wider'])}")
    if "changes" in body:
        told.append(f"{len(body['changes'])} changes")
    return "; ".join(told)


def decided(items: Sequence[DecisionOut], zone: str, now: datetime) -> list[list[str]]:
    """Every decision with its reason."""
    return [
        [local(item.taken_at, zone, now), item.camera, item.reason.value, item.says, item.stage.value,
         "" if item.rule is None else str(item.rule), str(item.frame)]
        for item in items
    ]  # fmt: skip


def begins(day: date | None, zone: str) -> str | None:
    """The first moment of a day in site time, as the API takes it."""
    return None if day is None else datetime.combine(day, time(), ZoneInfo(zone)).isoformat()


def ends(day: date | None, zone: str) -> str | None:
    """The first moment after a day."""
    return None if day is None else begins(day + timedelta(days=1), zone)


def download(kind: str, query: Mapping[str, Any]) -> str:
    """The address of the chain as a file.

    >>> download("csv", {"site": "camp", "person": None})
    '/api/v1/audit.csv?site=camp'
    """
    given = urlencode({name: value for name, value in query.items() if value is not None})
    return f"/api/v1/audit.{kind}" + (f"?{given}" if given else "")
