"""What a report shows to people: drawn from its JSON alone, in words where there is no number, and safe to open."""

import copy
import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
import typst

from api.papers import html, pdf, sheet
from api.papers.paper import paper
from api.schemas.papers import PaperOut, SectionOut, Tone
from tests.api.papers.bodies import (
    STORIES,
    WEEKS,
    dead_camera,
    doubled,
    nobody_watched,
    ratios,
    sample,
    thin,
    week,
)

Story = Callable[[], dict[str, Any]]
STRANGE = '<script>alert(1)</script>#read("/etc/passwd") #panic() $x$ *b* {{ 7 * 7 }} " \' & 熊'


def words_of(told: PaperOut) -> list[str]:
    """Everything that somebody reads."""
    tables = [told.counts, *(table for section in told.sections for table in section.tables)]
    cells = [cell for table in tables for row in [table.head, *table.rows, [table.note]] for cell in row]
    lines = [line for section in told.sections for line in [section.title, *section.lines]]
    drawn = [
        text for one in told.pictures for text in (one.title, one.says, *re.findall(r">([^<]+)</text>", one.svg))
    ]
    return [
        told.word,
        told.sentence,
        told.next,
        *told.faults,
        *told.means,
        *told.do,
        *told.foot,
        *cells,
        *lines,
        *drawn,
    ]


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_no_number_is_written_that_is_none(story: Story) -> None:
    for text in words_of(paper(story())):
        assert not re.search(r"\b(nan|NaN|inf|Infinity|null|None|undefined)\b", text), text
        assert text.strip() not in ("-", "–", "—"), text


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_the_same_json_gives_the_same_bytes(story: Story) -> None:
    assert html(story()) == html(copy.deepcopy(story()))
    first, again = pdf(story()), pdf(copy.deepcopy(story()))
    assert first == again
    assert first.startswith(b"%PDF-")


def test_another_number_gives_other_bytes() -> None:
    told = sample()
    told["model"]["week"]["encounters"] = 6
    assert html(told) != html(sample())
    assert pdf(told) != pdf(sample())


def test_the_page_says_verdict_what_to_do_and_both_sides_before_anything_else() -> None:
    page = html(doubled())
    first = page[: page.index("Behind it")]
    for words in (
        "Alarm: doubled against the manual watch",
        "Name the cause and acknowledge the alarm.", "96 encounters in 336 hours",
        "31 encounters in 336 hours", "3.1 (2.1 to 4.9)", "2.0 to 5.3", "A new segment, or eight weeks",
    ):  # fmt: skip
        assert words in first
    order = [page.index(words) for words in ("Alarm: doubled", "What to do", "Both counts", "How sure are we")]
    assert order == sorted(order)


def test_data_faults_stand_before_what_to_do() -> None:
    page = html(dead_camera())
    assert page.index("Camera creek: No picture came. Since Sun 15 Nov, 14:10, still open. 168 hours") < page.index(
        "What to do"
    )
    assert "Data faults first" not in html(sample())


def test_what_cannot_be_known_is_said_in_words() -> None:
    told = paper(nobody_watched())
    assert ["The model called a bear", "no matched hour", "no matched hour"] in told.counts.rows
    assert ["Alert ratio: called to seen", "no ratio", "no ratio; cannot be bounded"] in told.counts.rows
    assert "no evidence" in told.means[1]
    assert any("cannot be estimated" in line for line in told.sections[0].lines)
    assert ["Reference ratio", "", "1: none is accepted yet"] in told.counts.rows


def test_every_interval_says_which_kind_it_is() -> None:
    page = html(sample())
    assert "mid-P 95%" in page
    assert "Exact interval of the alert ratio (what decides): 0.61 to 1.8" in page
    assert "Wilson 95% (display)" in page and "Exact 95% (what decides)" in page


@pytest.mark.parametrize(
    ("story", "tone", "sign"),
    [(sample, Tone.GOOD, "✓"), (doubled, Tone.ALARM, "▲"), (dead_camera, Tone.FAULT, "!"), (thin, Tone.WAIT, "?")],
)
def test_a_verdict_has_a_sign_and_a_word_beside_its_colour(story: Story, tone: Tone, sign: str) -> None:
    told = paper(story())
    assert (told.tone, told.sign) == (tone, sign)
    assert told.word


def test_an_alarm_that_nobody_took_is_among_what_to_do() -> None:
    assert "1 alarm waits for somebody to name the cause." in paper(doubled()).do
    assert paper(sample()).do == ["Nothing this week; keep the blind watch going."]


def strange() -> dict[str, Any]:
    """Each place into which people write, filled with markup of every kind."""
    return sample(
        site_name=STRANGE, reason=STRANGE, means=STRANGE, do=[STRANGE], next=STRANGE,
        answers=[{"rule": 1, "revision": 1, "question": "q", "answer": STRANGE}],
        alarms=[{"since_week": "2026-W47", "verdict": "alarm_up", "acknowledged_by": STRANGE,
                 "at": "2026-11-24T10:00:00Z", "cause": STRANGE, "escalated": False}],
        incidents=[{"at": "2026-11-19T06:20:00Z", "sighting": 1, "encounter": 1, "says": STRANGE, "cause": STRANGE}],
        slices={f"camera:{STRANGE}": {"model": 1, "manual": 1, "both": 1, "ratio": 1.0, "exact": [0.1, 9.0]}},
        data_faults=[{"camera": STRANGE, "kind": "silent", "says": STRANGE, "since": None, "until": None,
                      "hours": 1.0}],
        reference={"ratio": 1.0, "low": 1.0, "high": 1.0, "accepted_at": "2026-08-03T15:00:00Z", "by": [STRANGE]},
    )  # fmt: skip


class Tags(HTMLParser):
    """Which elements a browser would make, and with which attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_words_of_people_stay_words_on_the_page() -> None:
    page, plain = Tags(html(strange())), Tags(html(doubled()))
    assert "script" not in page.seen
    assert page.seen <= plain.seen | {"li", "p"}
    assert not any(name.startswith("on") for name in page.attributes)
    assert "49" not in paper(strange()).site_name


def test_words_of_people_stay_words_on_the_sheet() -> None:
    """Were they markup, #panic() would end the drawing."""
    assert pdf(strange()).startswith(b"%PDF-")
    assert pdf(sample(site_name="#panic()")) != pdf(sample(site_name=""))


@pytest.mark.parametrize("source", [b'#read("/etc/passwd")', b'#import "@preview/cetz:0.3.4"'])
def test_a_sheet_can_open_no_file_and_no_package(source: bytes) -> None:
    with pytest.raises(typst.TypstError):
        sheet.drawn(source, "{}", sheet.BEFORE_ANY)


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = html(doubled())
    addresses = set(re.findall(r"(?:https?:)?//[\w.]+", page))
    assert addresses == {"http://www.w3.org"}
    assert "url(" not in page and "@import" not in page


@pytest.mark.parametrize(
    "thing", ["alert_ratio", "recall", "slices", "sureness", "reviews", "drift", "hours_protected"]
)
def test_a_report_without_a_part_is_drawn_all_the_same(thing: str) -> None:
    told = sample()
    del told[thing]
    assert html(told)
    assert pdf(told).startswith(b"%PDF-")


def test_a_ratio_far_away_is_an_arrow_and_not_outside_the_picture() -> None:
    told = doubled()
    told["alert_ratio"]["weeks"][-1] |= {"ratio": 4000.0, "low": 300.0, "high": None}
    drawn = paper(told).pictures[0].svg
    heights = [float(at) for at in re.findall(r'\b(?:y|y1|y2|cy)="([-\d.]+)"', drawn)]
    assert heights and all(0 <= at <= 236 for at in heights)


def part(told: PaperOut, title: str) -> SectionOut:
    return next(one for one in told.sections if one.title.startswith(title))


def test_bears_that_nobody_was_warned_of_are_told_with_their_cause_and_those_without_are_to_do() -> None:
    row = {"at": "2026-11-19T06:20:00Z", "says": "riley saw a bear, and no warning was sent."}
    known = {"cause": "camera_blind", "cause_says": "a camera was down or blind", "note": "dew", "named_by": "sam"}
    told = paper(sample(incidents=[row | {"cause": None}, row | known]))
    (table,) = part(told, "Bears that nobody was warned of").tables
    assert [cells[2] for cells in table.rows] == ["not named yet", "a camera was down or blind: dew (sam)"]
    assert "1 bear that nobody was warned of waits for somebody to name the cause." in told.do


def test_where_nobody_was_to_be_warned_the_register_says_so_and_not_that_there_was_none() -> None:
    title = "Bears that nobody was warned of"
    assert part(paper(sample()), title).lines == ["No such bear is known this week."]
    shadow = paper(sample(hours_protected={"in_scope": 0.0, "protected": 0.0, "lost": {}}))
    assert "nothing counts as one" in part(shadow, title).lines[0]


def addresses(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'<a href="([^"]*)"', page)]


def test_behind_every_count_stand_its_encounters_a_press_away() -> None:
    told = sample()
    found = addresses(html(told))
    assert found.count("#encounters") >= 12
    assert 'id="encounters"' in html(told)
    assert len([one for one in found if one.startswith("/daily?site=")]) >= len(told["encounters"])
    before = [one["week"] for one in told["alert_ratio"]["weeks"] if one["week"] != told["week"]][-7:]
    assert [one for one in found if one.endswith(".html")] == [
        f"/api/v1/reports/{told['site']}/{week}.html" for week in reversed(before)
    ]


def test_a_bear_that_nobody_was_warned_of_leads_to_its_day_and_its_alert() -> None:
    row = {"at": "2026-11-19T06:20:00Z", "says": "a bear", "alert": 7}
    found = addresses(html(sample(incidents=[row])))
    assert f"/daily?site={sample()['site']}&day=2026-11-18" in found
    assert "/review?shown=7" in found


def test_an_address_is_no_place_for_markup() -> None:
    page = html(sample(site='a"><script>', encounters=[{"kind": "both", "at": "2026-11-17T05:12:00Z"}]))
    assert "<script" not in page
    assert "/daily?site=a%22%3E%3Cscript%3E&day=2026-11-16" in addresses(page)


def test_without_weeks_from_before_the_watch_is_not_known_rather_than_nought() -> None:
    title = "Does the model change the watch"
    (table,) = part(paper(sample()), title).tables
    assert table.rows[0] == ["Before the model warned", "10", "420 hours", "38", "0.4"]
    none = {"before": {"weeks": 0, "hours": 0.0, "sightings": 0}, "patrols_a_week": {"before": None, "after": 1.0}}
    (table,) = part(paper(sample(feedback=none)), title).tables
    assert table.rows == [["Before the model warned", "0", "not known", "not known", "not known"]]


def test_a_window_in_which_people_saw_none_is_drawn_from_its_lower_limit_and_not_as_none() -> None:
    weeks = [week(name, None, 0.5, None, (9, 0)) for name in WEEKS[-8:]]
    told = paper(sample("alarm_up", alert_ratio=ratios(None, [19.0, None], weeks, (72, 0))))
    assert "since people saw none; it is at least 19, no upper limit" in told.pictures[0].says
    assert ">none<" not in told.pictures[0].svg
    assert told.counts.rows[-3][1:] == [
        "people saw none; at least 0.5, no upper limit",
        "people saw none; at least 19, no upper limit",
    ]


def test_alerts_that_nobody_answered_are_not_told_as_nobody_asked() -> None:
    told = paper(sample(reviews={"median_minutes": None, "p90": None, "asked": 5, "unanswered": 5, "set_apart": []}))
    (section,) = [one for one in told.sections if one.title == "Answers to alerts"]
    assert section.lines[0] == "Nobody answered, so there is no time to an answer."


def test_an_answer_that_is_missing_is_no_no_and_hours_without_a_watch_are_no_nought() -> None:
    model = {
        "week": {"encounters": 3, "confirmed": 0, "unanswered": 2, "unsure": 1, "hours": 20.0},
        "window": {"encounters": 0, "confirmed": 0, "unanswered": 0, "unsure": 0, "hours": 0.0},
    }
    night = {"model": 0, "manual": 0, "both": 0, "ratio": None, "exact": [0.0, None], "hours": 0.0}
    told = paper(sample(model=model, slices={"night": night}))
    assert told.counts.rows[1][1:] == ["0 (2 not answered yet, 1 unsure)", "no matched hour"]
    (section,) = [one for one in told.sections if one.title.startswith("By day and night")]
    assert section.tables[0].rows == [["night", *["nobody watched"] * 3, "no ratio", "cannot be bounded"]]


@pytest.mark.parametrize(("weeks", "says"), [(1, "One week that counts"), (3, "Last 3 weeks"), (30, "Last 8 weeks")])
def test_the_window_is_named_by_the_weeks_that_count(weeks: int, says: str) -> None:
    told = paper(sample(segment={"since": "2026-11-01T06:00:00Z", "weeks": weeks, "changes": []}))
    assert told.counts.head[2] == says


def test_the_encounters_add_up_to_the_counts_that_they_stand_behind() -> None:
    (first, *_) = sample()["encounters"]
    told = paper(sample(encounters=[first | {"counts_as": "both"}, first | {"counts_as": "model_only"}]))
    (section,) = [one for one in told.sections if one.title == "Encounters of the week"]
    assert section.lines == ["Counted: both 1, only the model 1."]
    assert [row[-1] for row in section.tables[0].rows] == ["counted", "counted as only the model"]
