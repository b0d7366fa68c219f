"""The chain and decisions as rows, and the park on one page."""

from datetime import date, datetime

from api.schemas.audit import AuditEntryOut
from api.schemas.overview import DueOut, HoursOut, SiteLineOut
from api.schemas.words import Stage
from dashboard import auditing, overseeing
from tests.dashboard.shapes import NOW, ZONE


def entry(**changes: object) -> AuditEntryOut:
    usual: dict[str, object] = {
        "number": 7, "at": NOW, "who": "ann", "action": "rule.proposed", "subject": "rule:3", "says": "revision 3",
        "body": {"bound_to": "3f" * 32, "wider": ["more hours"]}, "before": "0" * 64, "hash": "1" * 64,
    }  # fmt: skip
    return AuditEntryOut.model_validate(usual | changes)


def line(name: str, stage: Stage, in_scope: float = 0, protected: float = 0) -> SiteLineOut:
    return SiteLineOut(
        site=name, name=name, stage=stage, since=NOW, until=None, override=False, holds=True, protected=True, says="",
        hours=HoursOut(in_scope=in_scope, protected=protected, lost={}),
    )  # fmt: skip


def test_a_row_says_who_what_when_why_and_on_which_evidence() -> None:
    assert auditing.rows([entry()], ZONE, NOW) == [
        ["7", "13:00", "ann", "rule proposed · rule:3", "revision 3", "evidence 3f3f3f3f3f3f; wider: more hours"]
    ]


def test_the_numbers_of_a_failed_guardrail_are_its_evidence() -> None:
    body = {"guardrail": "max_alerts_per_day", "has": 20, "limit": 12, "of": None}
    assert auditing.evidence(body) == "alerts a day: has 20, limit 12"
    assert auditing.evidence({"guardrail": "stop_on_drift_alarm", "has": None, "limit": True}) == ""


def test_a_day_of_the_filter_is_the_days_of_the_site_from_midnight_to_midnight() -> None:
    day = date(2026, 11, 1)
    assert auditing.begins(day, ZONE) == "2026-11-01T00:00:00-06:00"
    assert auditing.ends(day, ZONE) == "2026-11-02T00:00:00-07:00"
    assert auditing.begins(None, ZONE) is auditing.ends(None, ZONE) is None


def test_a_download_takes_the_filter_with_it() -> None:
    since = datetime.fromisoformat("2026-11-01T00:00:00-06:00").isoformat()
    assert auditing.download("jsonl", {"kind": "rule", "since": since, "site": None}) == (
        "/api/v1/audit.jsonl?kind=rule&since=2026-11-01T00%3A00%3A00-06%3A00"
    )


def test_sites_stand_by_stage_with_the_widest_first() -> None:
    sites = [line("a", Stage.SHADOW), line("b", Stage.LIVE), line("c", Stage.TRIAL)]
    assert [stage for stage, _ in overseeing.by_stage(sites)] == [Stage.LIVE, Stage.TRIAL, Stage.SHADOW]


def test_what_has_no_day_is_due_now() -> None:
    due = [DueOut(site="a", site_name="A", what="stop", says="stopped", by=by) for by in (None, date(2026, 12, 4))]
    assert [row[0] for row in overseeing.due(due)] == ["NOW", "Fri 04 Dec"]


def test_a_share_of_no_hours_is_none() -> None:
    assert overseeing.share(line("a", Stage.SHADOW).hours) is None
    assert overseeing.share(line("a", Stage.LIVE, 10, 9).hours) == 0.9
