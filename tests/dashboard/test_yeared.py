"""The simulated year on the dashboard: marked, foreign words escaped, each week in the colour of its verdict."""

from datetime import UTC, datetime

from api.schemas.demo_year import DemoYearOut, YearSiteOut, YearWeekOut
from api.schemas.papers import Tone
from dashboard import yeared

FOREIGN = "<img src=x onerror=alert(1)>"


def a_site(**told: object) -> YearSiteOut:
    year = [
        YearWeekOut(week="2026-W45", tone=Tone.WAIT, word="not enough data"),
        YearWeekOut(week="2026-W46", tone=Tone.ALARM, word="alarm, doubled"),
        YearWeekOut(week="2026-W47", tone=None, word=None),
    ]
    usual = {
        "site": "twin-creek", "title": "Twin creek: doubled", "happened": "Cattle come.", "verdict": "alarm_up",
        "tone": Tone.ALARM, "sign": "▲", "word": "Alarm", "sentence": "Because.", "pictures": [],
        "days": "Mon 9 Nov to Sun 15 Nov 2026", "kept": True, "year": year,
    }  # fmt: skip
    return YearSiteOut.model_validate(usual | told)


def a_year(made: int) -> DemoYearOut:
    return DemoYearOut(
        number=2, weeks=3, week="2026-W46", known_at=datetime(2026, 11, 16, 13, tzinfo=UTC),
        time_zone="America/Denver", made=made, of=15, sites=[a_site()],
    )  # fmt: skip


def test_the_week_shown_stands_out_and_later_ones_are_pale() -> None:
    drawn = yeared.strip(a_site(), 2)
    assert drawn.count("<i ") == 3
    assert 'class="bw-cell bw-wait"' in drawn
    assert 'class="bw-cell bw-alarm bw-here" title="week 2, 2026-W46: alarm, doubled"' in drawn
    assert 'class="bw-cell bw-later" title="week 3, 2026-W47: not made yet"' in drawn
    assert "from week 1 not enough data, from week 2 alarm, doubled" in drawn


def test_the_monday_is_told_in_site_time_and_what_is_missing_until_it_is_made() -> None:
    assert "Monday 16 November 2026 at 06:00" in yeared.when(a_year(15))
    assert "so far" not in yeared.when(a_year(15))
    assert "4 of 15 reports are made so far" in yeared.when(a_year(4))


def test_each_site_is_marked_and_its_words_stay_words() -> None:
    drawn = yeared.site(a_site(title=FOREIGN, happened=FOREIGN, word=FOREIGN, sentence=FOREIGN), 1)
    assert "<img" not in drawn
    assert "simulated" in drawn
    assert "SIMULATED" in yeared.MARK
    assert "<img" not in yeared.link(a_site(site=FOREIGN), FOREIGN)
