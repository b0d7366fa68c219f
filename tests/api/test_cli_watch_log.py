"""`watch-log import`: paper forms come in whole or not at all, once, and count blind only when two people signed."""

from rollout import blind_hours
from store import park
from store.session import make_engine, reading
from tests.api.commands import PASSWORDS, Commands

SESSIONS = "site,start,end,observer,mode,place\nlower-camp,2026-11-02 20:00,2026-11-02 23:00,Ann,blind,field\n"
SIGHTINGS = "site,at,species,count,observer,source,note\nlower-camp,2026-11-02 21:00,bear,1,Ann,watch,\n"
WORDS = ("watch-log", "import")


def watched(commands: Commands) -> float:
    from datetime import UTC, datetime

    engine = make_engine(f"sqlite:///{commands.data_dir / 'bearwatch.db'}")
    since, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC)
    with reading(engine) as session:
        site = park.site(session, "lower-camp")
        found = blind_hours.of_site(session, site, since=since, until=until, now=until)
    engine.dispose()
    return sum(one.watched for one in found)


def test_blind_hours_of_paper_count_when_a_second_person_signs_the_same_file(commands: Commands) -> None:
    sightings, file = commands.file("sightings.csv", SIGHTINGS), commands.file("sessions.csv", SESSIONS)
    assert commands.run(*WORDS, sightings, "--as", "riley", "--json", by="riley").document["sightings"] == 1
    first = commands.run(*WORDS, file, "--as", "riley", "--json", by="riley")
    assert (first.code, first.document) == (
        0, {"sessions": 1, "sightings": 0, "already": 0, "signed": 0, "faults": []},
    )  # fmt: skip
    assert watched(commands) == 0
    alone = commands.run(*WORDS, file, "--as", "riley", "--signed-by", "sam", "--json", by="riley")
    assert (alone.code, "BEARWATCH_SECOND_PASSWORD" in alone.err) == (2, True)
    commands.settings["BEARWATCH_SECOND_PASSWORD"] = PASSWORDS["sam"]
    second = commands.run(*WORDS, file, "--as", "riley", "--signed-by", "sam", "--json", by="riley")
    assert (second.code, second.document["signed"]) == (0, 1)
    assert watched(commands) == 3
    again = commands.run(*WORDS, file, "--as", "riley", "--json", by="riley")
    assert again.document["already"] == 1


def test_whoever_is_at_the_machine_brings_it_in_without_a_name_and_two_people_sign_it_later(
    commands: Commands,
) -> None:
    file = commands.file("sessions.csv", SESSIONS)
    first = commands.run(*WORDS, file, "--json")
    assert (first.code, first.document["sessions"]) == (0, 1)
    commands.settings["BEARWATCH_SECOND_PASSWORD"] = PASSWORDS["sam"]
    alone = commands.run(*WORDS, file, "--signed-by", "sam", "--json")
    assert (alone.code, "say who does" in alone.err) == (1, True)
    assert watched(commands) == 0
    second = commands.run(*WORDS, file, "--as", "riley", "--signed-by", "sam", "--json", by="riley")
    assert (second.code, second.document["signed"]) == (0, 1)
    assert watched(commands) == 3


def test_one_fault_and_nothing_is_taken_in(commands: Commands) -> None:
    bad = commands.file("bad.csv", SIGHTINGS + "lower-camp,2026-11-01 01:30,bear,1,Ann,watch,\n")
    told = commands.run(*WORDS, bad, "--as", "riley", "--json", by="riley")
    assert told.code == 1
    ((fault),) = told.document["faults"]
    assert (fault["line"], fault["column"]) == (3, "at")
    assert "nothing of the file was taken in" in told.err
    good = commands.run(*WORDS, commands.file("good.csv", SIGHTINGS), "--as", "riley", "--json", by="riley")
    assert good.document["already"] == 0


BAD = (
    "lower-camp;02.11.2026 21:00;bear;1,0;José;watch;beim Müll", "lower-camp;01.11.2026 01:30;bear;1,0;José;watch;",
    "lower-camp;02.11.2099 21:00;bear;1,0;José;watch;", "lower-camp;02.11.2026 22:00;bear;1,5;José;watch;",
)  # fmt: skip
"""As an office program writes it in cp1252: good, in the hour that comes twice, in the future, and half a bear."""

DOUBTED = (
    "lower-camp,2026-11-02 20:00,,José,blind,field", "lower-camp,2026-11-03 20:00,2026-11-03 23:00,Bo,blind,field",
    "lower-camp,2026-11-03 22:00,2026-11-03 23:30,bo,blind,field",
    "lower-camp,2026-11-04 20:00,2026-11-04 20:30,Cy,blind,field",
)  # fmt: skip
"""Without an end, twice at once, and one with more bears than its half hour allows."""


def test_bad_input_is_named_by_the_command_and_the_report_and_none_of_it_is_counted(commands: Commands) -> None:
    header = SIGHTINGS.splitlines()[0].replace(",", ";")
    (commands.folder / "office.csv").write_bytes("\r\n".join((header, *BAD)).encode("cp1252"))
    told = commands.run(*WORDS, "office.csv", "--as", "riley", "--json", by="riley")
    assert told.code == 1
    assert [(one["line"], one["column"]) for one in told.document["faults"]] == [(3, "at"), (4, "at"), (5, "count")]
    assert "in the future" in told.document["faults"][1]["fault"]
    (commands.folder / "office.csv").write_bytes("\r\n".join((header, BAD[0])).encode("cp1252"))
    assert commands.run(*WORDS, "office.csv", "--as", "riley", "--json", by="riley").document["sightings"] == 1
    many = [f"lower-camp,2026-11-04 20:{minute:02},bear,1,Cy,watch," for minute in range(1, 12)]
    rows = {"many.csv": [SIGHTINGS.splitlines()[0], *many], "watches.csv": [*SESSIONS.splitlines(), *DOUBTED]}
    commands.settings["BEARWATCH_SECOND_PASSWORD"] = PASSWORDS["sam"]
    for name, lines in rows.items():
        file = commands.file(name, "\n".join((*lines, "")))
        assert commands.run(*WORDS, file, "--as", "riley", "--signed-by", "sam", by="riley").code == 0
    report = commands.run("report", "lower-camp", "2026-W45").document
    apart = {one["doubt"]: (one["sessions"], one["sightings"]) for one in report["manual"]["watch"]["set_apart"]}
    assert apart == {"no_end": (1, 1), "overlapping": (2, 0), "too_many_sightings": (1, 11)}
    week = report["manual"]["week"]
    assert (week["watched_hours"], week["encounters"]) == (3, 0), "the one watch without a doubt"
    named = {one["kind"] for one in report["data_faults"]}
    assert named >= {"watch_no_end", "watch_overlapping", "watch_too_many_sightings"}


def test_one_watch_and_one_bear_are_added_without_a_file_and_the_same_again_adds_nothing(commands: Commands) -> None:
    words = ("watch-log", "add", "--site", "lower-camp", "--as", "riley", "--json")
    both = (
        *words,
        "--start",
        "2026-11-02 20:00",
        "--end",
        "2026-11-02 23:00",
        "--not-told",
        "--saw",
        "2.11.2026 21:00",
    )
    first = commands.run(*both, "--sure", "probable", by="riley").document
    assert (first["session"]["counts"], first["session"]["doubts"][0]["doubt"]) == (False, "told_late")
    assert (first["sighting"]["session"], first["sighting"]["sure"]) == (first["session"]["id"], "probable")
    assert first["sighting"]["at"] == "2026-11-03T04:00:00Z"
    again = commands.run(*both, by="riley").document
    assert again["sighting"]["id"] == first["sighting"]["id"]
    for wrong, says in (
        (("--saw", "11/24/2026"), "is no time"),
        ((), "say --start"),
        (("--saw", "2026-11-02"), "time of day"),
    ):
        told = commands.run(*words, *wrong, by="riley")
        assert (told.code, told.out, says in " ".join(told.err.split())) == (2, "", True), told.err
    refused = commands.run(*words, "--end", "now", "--not-told", by="riley")
    assert (refused.code, "no open watch" in refused.err) == (1, True)
