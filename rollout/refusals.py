"""Refusals: a wider rule that cannot work as it is written: nobody on duty, or a guardrail that fails already."""

from datetime import datetime

from model.evaluation import interval
from rollout import stages, terms, week_grid
from rollout.asked import of_row
from rollout.evidence import precision
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
    """Guardrails that the present weeks break already, each with its mend; what cannot be told breaks none."""
    asked = said.guardrails
    found = []
    most, unlike = asked.get("max_alerts_per_day"), asked.get("max_out_of_domain_share")
    if forecast is not None and most is not None and forecast.busiest > most:
        found.append(
            f"guardrails.max_alerts_per_day: {most:g}, and on the stored detections this rule would have raised up "
            f"to {forecast.busiest} alerts a day: allow {forecast.busiest}, raise the threshold, or narrow the scope"
        )
    if forecast is not None and unlike is not None and forecast.out_of_domain_share is not None:
        share = forecast.out_of_domain_share
        low = interval(round(share * forecast.frames), forecast.frames)[0]
        if low > unlike:
            found.append(
                f"guardrails.max_out_of_domain_share: {unlike:g}, and {share:.1%} of the stored pictures are unlike "
                f"what the version was trained on: allow {share:.2f}, or train on this site's pictures"
            )
    least, minutes = asked.get("min_precision"), asked.get("max_median_minutes_to_verdict")
    told = precision.precision(answered.bears + answered.unsure, answered.others)
    if least is not None and told.reviewed and told.exact[1] < least:
        found.append(
            f"guardrails.min_precision: {least:g}, and people called {answered.bears} of {told.reviewed} reviewed "
            f"visits a bear (at most {told.exact[1]:.0%}): ask less, or raise the threshold"
        )
    slow = sum(one > minutes for one in answered.minutes) if minutes is not None else 0
    if answered.minutes and interval(slow, len(answered.minutes))[0] > 0.5:
        found.append(
            f"guardrails.max_median_minutes_to_verdict: {minutes:g}, and {slow} of {len(answered.minutes)} visits "
            "waited longer: allow more, or put more people on duty"
        )
    return found
