"""Tables of weeks as people write them: what is read, and what is named instead."""

import pytest

from rollout import weeks_table
from rollout.evidence.observers import Pairs

HEAD = "week,model_visits,model_hours,manual_visits,manual_hours"
PAIRED = HEAD + ",both,model_only,manual_only"


def faults(text: str) -> list[tuple[int, str]]:
    weeks, found = weeks_table.read(text.encode())
    assert weeks == []
    assert all(fault.fault and fault.mend for fault in found)
    return [(fault.line, fault.column) for fault in found]


@pytest.mark.parametrize(
    "names", [("2026-W52", "2026-W53", "2027-W01"), ("2026-11-16", "2026-11-23"), ("1", "2", "3")]
)
def test_weeks_are_iso_weeks_days_or_numbers(names: tuple[str, ...]) -> None:
    text = "\n".join([HEAD, *(f"{name},1,168,2,40.5" for name in names)])
    weeks, found = weeks_table.read(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert found == []
    assert [week.name for week in weeks] == list(names)
    assert weeks[0].manual_hours == 40.5


def test_matched_encounters_may_be_there_for_some_weeks() -> None:
    weeks, found = weeks_table.read(f"{PAIRED}\n1,3,168,2,168,1,2,1\n2,3,168,2,168,,,\n".encode())
    assert found == []
    assert [week.pairs for week in weeks] == [Pairs(both=1, model_only=2, manual_only=1), None]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", (1, "")),
        (HEAD, (2, "")),
        (HEAD.replace(",", ";"), (1, "")),
        (HEAD + ",bears\n1,1,1,1,1,1", (1, "bears")),
        (HEAD.replace(",manual_hours", ""), (1, "manual_hours")),
        (HEAD + ",both\n1,1,1,1,1,1", (1, "model_only")),
        (HEAD + ",week\n1,1,1,1,1,1", (1, "week")),
        (HEAD + "\n1,1,1,1", (2, "")),
        (HEAD + '\n1,1,"10,5",1,1', (2, "model_hours")),
        (HEAD + "\n1,1,nan,1,1", (2, "model_hours")),
        (HEAD + "\n1,1,1,1,inf", (2, "manual_hours")),
        (HEAD + "\n1,1,-1,1,1", (2, "model_hours")),
        (HEAD + "\n1,1.5,1,1,1", (2, "model_visits")),
        (HEAD + "\n1,1,1,,1", (2, "manual_visits")),
        (HEAD + "\n1,1,0,1,1", (2, "model_hours")),
        (HEAD + "\nsoon,1,1,1,1", (2, "week")),
        (HEAD + "\n2026-W60,1,1,1,1", (2, "week")),
        (HEAD + "\n1,1,1,1,1\n1,1,1,1,1", (3, "week")),
        (HEAD + "\n2,1,1,1,1\n1,1,1,1,1", (3, "week")),
        (HEAD + "\n2026-W10,1,1,1,1\n2026-W12,1,1,1,1", (3, "week")),
        (PAIRED + "\n1,3,168,9,168,4,0,0", (2, "both")),
        (PAIRED + "\n1,9,168,3,168,2,2,2", (2, "manual_only")),
        (PAIRED + "\n1,9,168,3,168,2,,1", (2, "model_only")),
        (HEAD + '\n1,"1,1,1,1', (2, "")),
    ],
)
def test_what_cannot_be_weighed_is_named_with_line_and_column(text: str, where: tuple[int, str]) -> None:
    assert where in faults(text)


def test_every_fault_of_a_table_is_named_at_once() -> None:
    assert faults(HEAD + "\n1,x,1,1,1\n2,1,y,1,1\n4,1,1,1,1") == [
        (2, "model_visits"),
        (3, "model_hours"),
        (4, "week"),
    ]


def test_another_encoding_is_named_with_its_line() -> None:
    text = HEAD + "\nWoche für 1,1,1,1,1"
    for encoding, line in (("cp1252", 2), ("utf-16", 1)):
        weeks, (fault,) = weeks_table.read(text.encode(encoding))
        assert weeks == []
        assert (fault.line, fault.mend) == (line, "save it as CSV in UTF-8")


def test_a_decimal_comma_is_mended_in_the_words_of_the_fault() -> None:
    _, (fault,) = weeks_table.read((HEAD + '\n1,1,"10,5",1,1').encode())
    assert fault.mend == "write the decimals with a point: 10.5"


def test_a_number_is_one_to_people_too() -> None:
    assert faults(HEAD + "\n1,1_0,1,1,1") == [(2, "model_visits")]
