"""Tables of the manual watch as people write them: read whole, or each fault named."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from rollout import watch_table
from rollout.watch_table import SessionRow, SightingRow
from store.vocabulary import WatchMode, WatchPlace

NOW = datetime(2026, 12, 1, tzinfo=UTC)
ZONES = {"camp": ZoneInfo("America/Denver")}
SESSIONS, SIGHTINGS = "site,start,end,observer,mode,place", "site,at,species,count,observer,source,note"


def faults(text: str) -> list[tuple[int, str, str]]:
    rows, found = watch_table.read(text.encode(), ZONES, now=NOW)
    assert not rows
    return [(one.line, one.column, one.fault) for one in found]


def test_a_table_of_another_office_program_is_read_as_it_is() -> None:
    text = "site;at;species;count;observer;source;note\ncamp;24.11.2026 20:15;bear;2,0;José;visitor;grüner Müll\n"
    rows, found = watch_table.read(text.encode("cp1252"), ZONES, now=NOW)
    assert (found, rows) == ([], [SightingRow(
        line=2, site="camp", at=datetime(2026, 11, 25, 3, 15, tzinfo=UTC), species="bear", count=2, observer="José",
        source="visitor", note="grüner Müll",
    )])  # fmt: skip


def test_sessions_are_told_by_their_header_in_any_order_and_may_have_no_end() -> None:
    text = "start,end,site,observer,mode,place\n2026-11-24T20:00-07:00,,camp,Ann,Blind,field\n"
    rows, found = watch_table.read(text.encode(), ZONES, now=NOW)
    start = datetime(2026, 11, 25, 3, tzinfo=UTC)
    assert (found, rows) == ([], [SessionRow(
        line=2, site="camp", start=start, end=None, observer="Ann", mode=WatchMode.BLIND, place=WatchPlace.FIELD
    )])  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("camp,2026-11-01 01:30,2026-11-01 04:00,Ann,blind,field", "start", "comes twice that night"),
        ("camp,2026-03-08 02:30,2026-03-08 04:00,Ann,blind,field", "start", "does not exist"),
        ("camp,2026-11-24 20:00,2026-11-24 19:00,Ann,blind,field", "end", "more than 0"),
        ("camp,2026-11-24 01:00,2026-11-24 20:00,Ann,blind,field", "end", "at most 12:00:00"),
        ("camp,2026-12-24 20:00,,Ann,blind,field", "start", "in the future"),
        ("camp,0026-11-24 20:00,,Ann,blind,field", "start", "in the year 26"),
        ("camp,0001-01-01T00:00:00+14:00,,Ann,blind,field", "start", "in the year 1"),
        ("moon,2026-11-24 20:00,,Ann,blind,field", "site", "sites are camp"),
        ("camp,yesterday,,Ann,blind,field", "start", "is no time"),
        ("camp,2026-11-24,,Ann,blind,field", "start", "no time of day"),
        ("camp,11/24/2026 8:15 PM,,Ann,blind,field", "start", "is no time"),
        ("camp,2026-11-24 20:00,,,blind,field", "observer", "empty"),
        ("camp,2026-11-24 20:00,,Ann,awake,field", "mode", "none of blind, assisted, routine"),
        ("camp,2026-11-24 20:00,Ann", "", "3 cells too few"),
    ],
)
def test_each_fault_has_its_line_and_column(row: str, column: str, words: str) -> None:
    ((line, where, said),) = faults(f"{SESSIONS}\n{row}\n")
    assert (line, where) == (2, column)
    assert words in said


def test_faults_of_a_whole_table() -> None:
    assert "header is not known" in faults("a,b\n1,2\n")[0][2]
    assert "header is not known" in faults("")[0][2]
    assert "no row" in faults(SESSIONS)[0][2]
    assert "check the quotes" in faults(f'{SIGHTINGS}\ncamp,"x\n')[0][2]
    row = "camp,2026-11-24 20:00,bear,1.5,Ann,watch,"
    assert [(line, said) for line, _, said in faults(f"{SIGHTINGS}\n{row}\n{row}")] == [
        (2, '"1.5" is no whole number from 1 to 20'), (3, '"1.5" is no whole number from 1 to 20'),
        (3, "the same as line 2"),
    ]  # fmt: skip


def test_a_table_in_cp1252_with_comma_decimals_over_the_clock_change_is_read_and_each_doubtful_cell_named() -> None:
    rows = (
        "camp;01.11.2026 00:30;bear;1,0;José;watch;vor der Umstellung", "camp;01.11.2026 01:30;bear;1,0;José;watch;",
        "camp;2026-11-01 01:30-07:00;bear;1,0;José;watch;", "camp;01.11.2026 03:00;bear;1,5;José;watch;", "",
    )  # fmt: skip
    text = "\r\n".join((SIGHTINGS.replace(",", ";"), *rows))
    found, faults_ = watch_table.read(text.encode("cp1252"), ZONES, now=NOW)
    assert (found, [(one.line, one.column) for one in faults_]) == ([], [(3, "at"), (5, "count")])
    whole = "\r\n".join((SIGHTINGS.replace(",", ";"), rows[0], rows[2]))
    found, _ = watch_table.read(whole.encode("cp1252"), ZONES, now=NOW)
    assert [row.at for row in found if isinstance(row, SightingRow)] == [
        datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 8, 30, tzinfo=UTC),
    ]  # fmt: skip
    over = f"{SESSIONS}\ncamp,2026-10-31 23:00,2026-11-01 04:00,Ann,blind,field\n"
    ((session,), _) = watch_table.read(over.encode(), ZONES, now=NOW)
    assert isinstance(session, SessionRow) and session.end is not None
    assert (session.end - session.start).total_seconds() == 6 * 3600


def test_a_letter_of_neither_alphabet_is_named_and_not_guessed() -> None:
    _, found = watch_table.read(
        f"{SIGHTINGS}\ncamp,2026-11-24 20:00,bear,1,".encode() + b"Jos\x81,watch,", ZONES, now=NOW
    )
    ((fault),) = found
    assert (fault.column, "neither UTF-8 nor cp1252" in fault.fault) == ("observer", True)
