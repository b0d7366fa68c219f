"""The paper: a report's JSON as words, tables and pictures; every way to draw it begins here. Pure."""

from collections.abc import Mapping
from typing import Any

from api.papers import done, first, found, verdicts
from api.papers.body import Body
from api.papers.numbers import at, days, sentence
from api.schemas.papers import PaperOut


def paper(told: Mapping[str, Any]) -> PaperOut:
    """The first page and what lies behind it. told: the report as JSON."""
    body = Body.model_validate(told)
    return PaperOut(
        site=body.site, site_name=body.name, week=body.week, days=_days(body),
        verdict=body.verdict, tone=verdicts.tone(body.verdict), sign=verdicts.sign(body.verdict),
        word=verdicts.word(body.verdict), sentence=sentence(body.reason),
        overridden=[f"Override: {sentence(one)}" for one in body.overrides],
        faults=first.faults(body),
        means=[*verdicts.means(body), *first.glance(body)], do=[*map(sentence, body.do), *done.due(body)],
        next=sentence(body.next), counts=first.counts(body), pictures=first.pictures(body), reading=first.READING,
        sections=[
            found.recall(body), found.precision(body), found.audit(body), found.looking(body),
            done.incidents(body), done.alarms(body),
            found.encounters(body), found.slices(body), found.sure(body, dict(told.get("log_e") or {})),
            found.drift(body), done.reviews(body), done.responses(body), done.feedback(body), done.protected(body),
            done.answers(body), done.segment(body),
        ],
        foot=_foot(body),
    )  # fmt: skip


def _days(body: Body) -> str:
    told = days(body.begins, body.ends, body.time_zone)
    return f"{told}, so far: until {at(body.until, body.time_zone)}" if body.so_far else told


def _foot(body: Body) -> list[str]:
    """What proves it, whole, since somebody may want to check."""
    revision = f", revision {body.revision}" if body.revision else ""
    hashes = (
        ("what it was made from", body.inputs_sha256), ("settings that decide", body.settings_sha256),
        ("audit chain", body.audit_head),
    )  # fmt: skip
    made = f"From what was on record by {at(body.as_of, body.time_zone)}, times in {body.time_zone}{revision}."
    return [made, *(f"sha256 of {name}: {value}" if "audit" not in name else f"head of the {name}: {value}"
                    for name, value in hashes if value)]  # fmt: skip
