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
