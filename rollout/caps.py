"""Caps: how many alerts a day the rule allows. Reaching it is told, so that nobody takes the silence for safety."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from rollout import operations
from rollout.stages import WARNS
from store import tables
from store import visits as rows
from store.session import Session
from store.vocabulary import Stage


@dataclass(frozen=True, kw_only=True)
class Capped:
    """A cap that is reached. silent: nobody is told of a bear any more today; else rangers are asked first."""

    silent: bool
    says: str


def of(session: Session, site: tables.Site, rule: tables.Rule, *, now: datetime) -> Capped | None:
    """Whether the site has had as many alerts today as its rule allows; dismissed ones do not count."""
    most = _most(rule)
    if most is None or rule.stage not in WARNS:
        return None
    begins, ends = day(site, now)
    alerts = rows.count_alerts(session, site.id, since=begins, until=ends, real=True)
    if alerts < most:
        return None
    reached, until = f"{alerts} alerts today, the rule allows {most:g}", f"{ends:%Y-%m-%d %H:%M}"
    if rule.stage is Stage.LIVE:
        return Capped(silent=False, says=f"{reached}: until {until} warnings go out only after a ranger confirms")
    return Capped(silent=True, says=f"NOT protected until {until}: {reached}, so nothing more is asked. Keep watch")


def tell(session: Session, site: tables.Site, rule: tables.Rule, *, now: datetime) -> None:
    """Tell the rangers that the cap is reached: once, by the alert that reached it."""
    reached, most = of(session, site, rule, now=now), _most(rule)
    if reached is None or most is None:
        return
    begins, ends = day(site, now)
    last = rows.nth_alert(session, site.id, max(1, ceil(most)), since=begins, until=ends)
    key = f"cap:{site.id}:{begins.date()}:{last or 'none'}"
    operations.tell(session, site.id, key=key, says=f"{site.name}: {reached.says}.", now=now)


def day(site: tables.Site, now: datetime) -> tuple[datetime, datetime]:
    """The site's day that holds a moment, from its midnight to its midnight."""
    zone = ZoneInfo(site.time_zone)
    begins = datetime.combine(now.astimezone(zone).date(), time(), zone)
    return begins, begins + timedelta(days=1)


def _most(rule: tables.Rule) -> float | None:
    most = (rule.body.get("guardrails") or {}).get("max_alerts_per_day")
    return None if most is None else float(most)
