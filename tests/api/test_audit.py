"""What an auditor reads: the chain by filter and as a file, every decision, and what held at a past minute."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest

from api import audit_file, wiring
from rollout import narrowing
from store import audit
from store.errors import AuditFileMalformed
from store.session import transaction
from tests.api.commands import Commands
from tests.api.conftest import Place

V1 = "/api/v1"


@pytest.fixture
def busy(place: Place) -> Place:
    """A trial, a frame that was asked about, a stop of the other site, an entry that no spreadsheet may compute."""
    place.trial()
    place.hand_in()
    place.work()
    place.sign_in("riley").post(f"{V1}/stop", json={"site": "other", "reason": '=HYPERLINK("x")'})
    with transaction(place.system.engine) as session:
        audit.append(
            session, at=wiring.now(), who="ada", action="try", subject="park", says="=1+1",
            body={"ä": [1.5, None, "a\nb"]},
        )  # fmt: skip
    return place


def said(place: Place, **query: str) -> list[str]:
    return [entry["action"] for entry in place.sign_in("audrey").get(f"{V1}/audit", params=query).json()["items"]]


def downloaded(place: Place, folder: Path, suffix: str, **query: str) -> Path:
    answer = place.sign_in("audrey").get(f"{V1}/audit.{suffix}", params=query)
    assert answer.status_code == 200, answer.text
    file = folder / f"audit.{suffix}"
    file.write_bytes(answer.content)
    return file


def test_the_chain_is_filtered_by_site_person_kind_and_day(busy: Place) -> None:
    assert said(busy, kind="rule", site="camp") == [
        "rule.in_force",
        "rule.approved",
        "rule.proposed",
        "rule.in_force",
    ]
    assert said(busy, person="riley") == ["stop"]
    assert "stop" not in said(busy, site="camp")
    today = wiring.now().date()
    assert said(busy, since=f"{today + timedelta(days=2)}") == []
    assert len(said(busy, since=f"{today - timedelta(days=2)}", until=f"{today + timedelta(days=2)}")) > 5
    assert said(busy, kind="rul") == []
    answer = busy.sign_in("audrey").get(f"{V1}/audit", params={"since": "yesterday"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:bearwatch:error:time-malformed")


def test_pages_of_a_filter_follow_one_another_without_a_gap(busy: Place) -> None:
    browser, found, cursor = busy.sign_in("audrey"), [], None
    while True:
        query = {"limit": "2", "kind": "rule"} | ({"cursor": str(cursor)} if cursor else {})
        page = browser.get(f"{V1}/audit", params=query).json()
        found += [entry["number"] for entry in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    every = browser.get(f"{V1}/audit", params={"kind": "rule", "limit": "500"}).json()["items"]
    assert found == [entry["number"] for entry in every]
    assert len(found) > 2


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_a_download_verifies_offline_and_a_change_in_it_shows(busy: Place, tmp_path: Path, kind: str) -> None:
    file = downloaded(busy, tmp_path, kind)
    with transaction(busy.system.engine) as session:
        state = audit.verify(session)
    limit = csv.field_size_limit()
    assert audit_file.verify(file) == state
    assert csv.field_size_limit() == limit, "other tables keep their own"
    changed = file.read_text().replace("=1+1", "=1+2")
    (tmp_path / f"changed.{kind}").write_text(changed)
    found = audit_file.verify(tmp_path / f"changed.{kind}")
    assert (found.ok, found.first_bad) == (False, state.entries)


def test_a_line_that_was_cut_out_of_a_download_is_missing(busy: Place, tmp_path: Path) -> None:
    file = downloaded(busy, tmp_path, "jsonl")
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:3] + lines[4:]))
    found = audit_file.verify(file)
    assert (found.ok, found.first_bad, found.says) == (False, 4, "entry 4 is missing")
    assert audit_file.verify(file, part=True).ok


def test_a_filtered_download_says_that_it_is_a_part_and_each_entry_of_it_holds(busy: Place, tmp_path: Path) -> None:
    answer = busy.sign_in("audrey").get(f"{V1}/audit.csv", params={"kind": "rule"})
    assert 'filename="audit-part.csv"' in answer.headers["content-disposition"]
    file = downloaded(busy, tmp_path, "csv", kind="rule")
    assert not audit_file.verify(file).ok
    assert audit_file.verify(file, part=True).says.endswith("the file is a part of the chain")


def test_no_cell_of_the_table_is_computed_by_a_spreadsheet(busy: Place, tmp_path: Path) -> None:
    with downloaded(busy, tmp_path, "csv").open(newline="") as opened:
        cells = [cell for row in csv.reader(opened) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert "'=1+1" in cells


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.jsonl", "hello\n", "line 1: it is no line of JSON"),
        ("a.jsonl", '{"number": 1}\n', "line 1: it is no entry of the audit chain"),
        ("a.csv", "a,b\n1,2\n", "the first line must name the columns number, at, who"),
        ("missing.jsonl", None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_download_is_named_with_its_fault(
    tmp_path: Path, name: str, text: str | None, says: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(AuditFileMalformed, match=says):
        audit_file.verify(tmp_path / name)


def test_every_decision_is_listed_by_camera_time_and_reason(busy: Place) -> None:
    browser = busy.sign_in("audrey")
    (one,) = browser.get(f"{V1}/decisions", params={"camera": "creek"}).json()["items"]
    assert one["reason"] == "HELD_FOR_REVIEW"
    assert one["says"]
    at = wiring.now()

    def count(**query: str) -> int:
        return len(browser.get(f"{V1}/decisions", params=query).json()["items"])

    assert count(site="camp", reason="HELD_FOR_REVIEW") == 1
    assert count(site="other") == count(camera="ridge") == count(reason="SENT") == 0
    assert count(**{"from": (at - timedelta(hours=1)).isoformat()}) == 1
    assert count(to=(at - timedelta(hours=1)).isoformat()) == 0
    assert browser.get(f"{V1}/decisions", params={"reason": "NONE"}).status_code == 422


def test_decisions_page_back_in_time(busy: Place) -> None:
    for number in range(3):
        busy.hand_in(at_s=13.0 + number)
    busy.work()
    browser = busy.sign_in("audrey")
    first = browser.get(f"{V1}/decisions", params={"limit": "2"}).json()
    rest = browser.get(f"{V1}/decisions", params={"limit": "2", "cursor": first["next"]}).json()
    frames = [item["frame"] for item in first["items"] + rest["items"]]
    assert frames == sorted(frames, reverse=True)
    assert (len(frames), rest["next"]) == (4, None)


def test_what_held_at_a_past_minute_is_said_with_its_reason(busy: Place) -> None:
    browser = busy.sign_in("audrey")
    told = browser.get(f"{V1}/sites/camp/rule-at", params={"at": wiring.now().isoformat()}).json()
    assert (told["stage"], told["acts_as"], told["revision"]) == ("trial", "trial", 2)
    assert "OVERRIDE: a bear last night" in told["says"]
    before = browser.get(f"{V1}/sites/camp/rule-at", params={"at": "2001-01-01T00:00"}).json()
    assert (before["rule"], before["at"]) == (None, "2001-01-01T07:00:00Z")
    assert browser.get(f"{V1}/sites/camp/rule-at", params={"at": "noon"}).status_code == 422
    assert browser.get(f"{V1}/sites/nowhere/rule-at", params={"at": "2001-01-01"}).status_code == 404


def test_the_page_of_the_park_tells_sites_dues_overrides_and_hours(busy: Place) -> None:
    told = busy.sign_in("audrey").get(f"{V1}/park").json()
    assert [(site["site"], site["stage"]) for site in told["sites"]] == [("camp", "trial"), ("other", "shadow")]
    assert {item["what"] for item in told["due"]} == {"stop", "override ends"}
    assert [item["reason"] for item in told["overridden"]] == ["a bear last night"]
    assert told["weeks"] == 4
    assert [site["site"] for site in busy.sign_in("elsa").get(f"{V1}/park").json()["sites"]] == ["other"]


def test_a_failed_guardrail_shows_at_the_site_with_its_numbers(place: Place) -> None:
    place.trial(guardrails={"max_alerts_per_day": 0, "min_precision": 0.5})
    place.hand_in()
    place.work()
    narrowing.keep(place.system.engine, wiring.now())
    browser = place.sign_in("riley")
    page = browser.get(f"{V1}/sites/camp/guardrails").json()
    assert [(item["guardrail"], item["outcome"]) for item in page["items"]] == [
        ("max_alerts_per_day", "fails"), ("min_precision", "cannot_tell"),
    ]  # fmt: skip
    (site,) = [item for item in browser.get(f"{V1}/sites").json()["items"] if item["id"] == "camp"]
    assert [(item["guardrail"], item["live"]) for item in site["rule"]["narrowed"]] == [("max_alerts_per_day", False)]


def test_the_commands_say_the_same(commands: Commands, tmp_path: Path) -> None:
    shown = commands.run("rule", "show", "lower-camp", "--json").document
    assert (shown["narrowed"], shown["guardrails"]) == ([], [])
    told = commands.run("rule", "at", "lower-camp", "2001-01-01T00:00", "--json").document
    assert (told["rule"], told["at"]) == (None, "2001-01-01T07:00:00Z")
    wrong = commands.run("rule", "at", "lower-camp", "noon")
    assert (wrong.code, wrong.out) == (1, "")
    assert '"noon" is no time like' in wrong.err
    file = tmp_path / "audit.jsonl"
    assert commands.run("audit", "export", str(file)).code == 0
    elsewhere = Commands(folder=tmp_path)
    checked = elsewhere.run("audit", "verify", str(file), "--json").document
    assert checked["ok"]
    assert checked["entries"] == len(file.read_text().splitlines())
    assert not elsewhere.data_dir.exists()
    file.write_text(file.read_text().replace('"who":"', '"who":"x', 1))
    broken = elsewhere.run("audit", "verify", str(file), "--json")
    assert (broken.code, broken.document["first_bad"]) == (1, 1)
    assert commands.run("audit", "export", str(tmp_path / "audit.txt")).code == 1
