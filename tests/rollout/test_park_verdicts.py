"""The park's page: what needs a person first, and false discovery held over the sites."""

import math
import random

from rollout.park_verdicts import HOLDS, SiteVerdict, judge
from rollout.verdicts import Drift


def site(name: str, verdict: Drift = Drift.CONSISTENT, **told: float) -> SiteVerdict:
    waiting = int(told.pop("waiting", 0))
    return SiteVerdict(site=name, verdict=verdict, waiting=waiting, **told)


def test_an_alarm_that_nobody_took_comes_first_and_a_consistent_site_last() -> None:
    told = judge([
        site("fine"), site("thin", Drift.NOT_ENOUGH_DATA), site("dead", Drift.DATA_FAULT),
        site("taken", Drift.ALARM_UP, log_up=3.2), site("up", Drift.ALARM_UP, log_up=9.0, waiting=1),
        site("down", Drift.ALARM_DOWN, log_down=7.0, waiting=1), site("bare", Drift.MANUAL_WATCH_MISSING),
    ])  # fmt: skip
    assert [one.site for one in told.sites] == ["down", "up", "taken", "dead", "bare", "thin", "fine"]


def test_what_alarms_alone_is_not_called_among_many_sites() -> None:
    alone = site("up", Drift.ALARM_UP, log_up=math.log(50))
    assert judge([alone]).called == {"up"}
    told = judge([alone, *(site(f"s{number}") for number in range(19))])
    assert told.called == frozenset()
    assert "Of 20 sites with a report none is called changed. 1 more has an alarm of its own" in told.says


def test_the_words_name_how_many_are_called() -> None:
    told = judge([site("a", Drift.ALARM_DOWN, log_down=8.0), site("b", Drift.ALARM_UP, log_up=8.0), site("c")])
    assert told.says.startswith("Of 3 sites with a report 2 are called changed.")
    assert "at most 5 in 100 are called wrongly" in HOLDS


def test_a_park_without_reports_says_so() -> None:
    told = judge([])
    assert (told.sites, told.called, told.says) == ((), frozenset(), "No site has a report for this week.")


def test_of_healthy_sites_hardly_any_is_called() -> None:
    """e-values of mean one that lie as high as a Markov bound allows: 20 sites, 2000 weeks."""
    random.seed(7)
    wrong = sum(bool(judge([site(f"s{n}", log_up=_fair()) for n in range(20)]).called) for _ in range(2000))
    assert wrong <= 2000 * 0.05 + 3 * math.sqrt(2000 * 0.05 * 0.95)


def _fair() -> float:
    """ln of an e-value that is 800 once in 800 times, else next to nothing."""
    return math.log(800) if random.random() < 1 / 800 else math.log(1e-9)
