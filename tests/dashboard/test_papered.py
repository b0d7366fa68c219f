"""The weekly report on the dashboard: foreign words escaped, the API's pictures on dark."""

import re
from base64 import b64decode

from api.papers.paper import paper
from api.schemas.papers import ParkWeekOut, SiteWeekOut, Tone, WeekLineOut
from dashboard import papered
from tests.api.papers.bodies import dead_camera, doubled, sample

FOREIGN = "<img src=x onerror=alert(1)>"


def line(**told: object) -> SiteWeekOut:
    told = {
        "site": "camp", "site_name": "Camp", "verdict": "alarm_up", "tone": Tone.ALARM, "sign": "▲", "word": "Alarm",
        "sentence": "Because.", "revision": 1, "called": False, "waiting": 0, "e_change": 1.0, **told,
    }  # fmt: skip
    return SiteWeekOut.model_validate(told)


def test_the_verdict_is_a_word_a_sign_and_a_colour() -> None:
    drawn = papered.verdict(paper(doubled()))
    assert 'class="bw-verdict bw-alarm"' in drawn
    assert "<b>▲ Alarm: doubled against the manual watch</b>" in drawn


def test_words_of_people_stay_words() -> None:
    told = paper(sample(site_name=FOREIGN, reason=FOREIGN, do=[FOREIGN], means=FOREIGN, next=FOREIGN))
    pieces = [papered.verdict(told), papered.listed("", told.do), papered.said("", told.means), papered.foot(told)]
    pieces += [papered.section(one) for one in told.sections]
    pieces.append(papered.site_line(line(site_name=FOREIGN, sentence=FOREIGN, word=FOREIGN)))
    pieces.append(papered.links(FOREIGN, FOREIGN))
    assert not any("<img" in piece for piece in pieces)


def test_data_faults_are_drawn_only_where_there_are_any() -> None:
    assert "Camera creek: No picture came." in papered.faults(paper(dead_camera()))
    assert papered.faults(paper(sample())) == ""


def test_every_colour_of_a_picture_is_one_for_the_dark() -> None:
    for one in paper(doubled()).pictures:
        drawn = b64decode(papered.address(one.svg).partition(",")[2]).decode()
        assert set(re.findall(r"#[0-9a-f]{6}", drawn)) <= set(papered.DARK.values())
        assert 'font-family="system-ui, sans-serif"' in drawn


def test_the_park_marks_what_waits_and_what_is_called() -> None:
    told = ParkWeekOut(
        week="2026-W47", weeks=["2026-W47"], says="Of 2 sites 1.", holds="Why.", e_together=20.0,
        sites=[line(waiting=2, called=True), line(site="other", site_name="Other")],
    )  # fmt: skip
    first, second = papered.park(told).split("Other: ")
    assert "2 alarms wait for a name" in first and "called changed in the park" in first
    assert "bw-override" not in second and "Why." in second


def test_a_link_leads_to_the_revision_that_is_shown() -> None:
    assert 'href="/api/v1/reports/camp/2026-W47.pdf?revision=2"' in papered.links("camp", "2026-W47", 2)
    assert 'href="/api/v1/reports/camp/2026-W47.html"' in papered.links("camp", "2026-W47")


def test_a_week_is_chosen_by_its_word() -> None:
    one = WeekLineOut(
        week="2026-W47", revision=1, verdict="alarm_up", tone=Tone.ALARM, sign="▲", word="alarm, doubled"
    )  # fmt: skip
    assert papered.week_label(one) == "2026-W47 ▲ alarm, doubled"
