"""Refusals: a wider rule that cannot work as it is written: nobody on duty, or a guardrail that fails already."""

from datetime import datetime

from rollout import guardrails, stages, terms, week_grid
from rollout.asked import of_row
from rollout.exit_facts import Answers
from rollout.exit_reading import tried
from rollout.terms import Terms
from rollout.would_have import Forecast
from store import park, tables
from store.errors import RuleMalformed
from store.session import Session
from store.vocabulary import Stage


def check(session: Session, row: tables.Rule, *, forecast: Forecast | None, now: datetime) -> None:
    """Raise RuleMalformed naming field, reason and mend. What is no wider is never refused; an override only where
    nobody would be asked: a bear in camp is no time to argue about last month.
    """
    if not row.widens:
        return
    said = terms.read(row.body)
    _duty(said, [duty.hours for duty in park.duties(session, row.site_id)])
    if not row.override_reason:
        answered = tried(session, of_row(session, row), known=now)
        for fault in failing(said, forecast, answered):
            raise RuleMalformed(fault)


def _duty(said: Terms, duties: list[str | None]) -> None:
    holes = stages.holes(said, duties) if said.stage is Stage.TRIAL else frozenset[int]()
    if holes:
        raise RuleMalformed(
            f"{'sun' if said.sun else 'hours'}: nobody is on duty in {len(holes)} minutes a week of this scope "
            f"({week_grid.holes(holes)}): a trial asks people, so add a [[duty]] for them in park.toml, or narrow "
            "hours and weekdays"
        )


def failing(said: Terms, forecast: Forecast | None, answered: Answers) -> list[str]:
    """Guardrails that the present weeks break already, judged as the clock judges them, each with its mend."""
    told = guardrails.judge(said.guardrails, _seen(forecast, answered))
    return [
        f"guardrails.{one.guardrail}: the present weeks break it already ({one.says}): {MENDS[one.guardrail]}"
        for one in guardrails.failing(told)
    ]


MENDS = {
    "max_alerts_per_day": "allow as many, raise the threshold, or narrow the scope",
    "max_out_of_domain_share": "allow more, or train on pictures of this site",
    "min_precision": "ask less, or raise the threshold",
    "max_median_minutes_to_verdict": "allow more, or put more people on duty",
}
"""Of those that the stored weeks can say something of."""


def _seen(forecast: Forecast | None, answered: Answers) -> guardrails.Seen:
    """The busiest day that it would have had, its pictures, and what people answered in its trial."""
    unlike, alerts = (forecast.unlike, forecast.alerts) if forecast else (0, 0)
    return guardrails.Seen(
        told_today=forecast.busiest if forecast else 0, usual=[0.0] * unlike + [1.0] * (alerts - unlike),
        minutes=answered.minutes, bears=answered.bears, others=answered.others, unsure=answered.unsure,
    )  # fmt: skip
