"""park.toml: a fault names the line, the key and what is allowed, and nothing is applied."""

import pytest

from api import park_file, wiring
from rollout import parks
from store import park, tables
from store.errors import ParkFileMalformed
from store.session import Engine, reading, transaction

GOOD = """
[park]
name = "Northern park"
time_zone = "America/Denver"

[[site]]
id = "lower-camp"
name = "Lower campground"
latitude = 44.60
longitude = -110.50

[[camera]]
id = "creek"
site = "lower-camp"
kind = "stream"
url = "rtsp://${CREEK_USER}:${CREEK_PASSWORD}@10.0.0.7/main"

[[receiver]]
id = "night-team"
site = "lower-camp"
audience = "rangers"
url = "folder:outbox"

[[duty]]
site = "lower-camp"
hours = "20:00-08:00"
chain = [{ receivers = ["night-team"], after_minutes = 0 }]
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('time_zone = "America/Denver"', 'time_zone = "Denver"', 4, "America/Denver"),
        ('id = "lower-camp"', 'id = "Lower Camp"', 7, "a-z"),
        ('"lower-camp"', '"park"', 7, "means all sites in the addresses of reports"),
        ("latitude = 44.60", "latitude = 144.60", 9, "latitude"),
        ("latitude = 44.60", 'latitude = "north"', 9, "latitude"),
        ('kind = "stream"', 'kind = "drone"', 15, "'stream', 'trail' or 'file'"),
        ('site = "lower-camp"\nkind', 'site = "upper"\nkind', 14, "there are lower-camp"),
        ('url = "rtsp://', 'url = "gopher://', 16, "rtsp://"),
        ('@10.0.0.7/main"', '@169.254.169.254/main"', 16, "no camera can be"),
        ('url = "folder:outbox"', 'url = "carrier-pigeon:coop"', 22, "folder:NAME"),
        ('url = "folder:outbox"', 'url = "folder:../etc"', 22, "folder:NAME"),
        ('url = "folder:outbox"', 'url = "folder:STOP"', 22, "never STOP"),
        ('hours = "20:00-08:00"', 'hours = "8 to 10"', 26, "20:00-06:00"),
        ('receivers = ["night-team"]', 'receivers = ["nobody"]', 27, "there are night-team"),
        ('audience = "rangers"', 'audience = "bears"', 21, "rangers"),
        ('name = "Lower campground"', 'nmae = "Lower campground"', 8, "allowed are id, name"),
        ("[[duty]]", "[[dutty]]", 24, "allowed are park"),
        ('name = "Northern park"\n', "", 2, "missing"),
        ('"America/Denver"', '"America/Denver"\nheartbeat = "https://[::1"', 5, "cannot be read"),
        ('"America/Denver"', '"America/Denver"\nheartbeat = "http://169.254.169.254/x"', 5, "link-local"),
        ('"America/Denver"', '"America/Denver"\nheartbeat = "ping.example.org"', 5, "begins with http"),
        ('url = "folder:outbox"', 'url = "https://siren:99999/"', 22, "cannot be read"),
    ],
)
def test_each_fault_names_its_line_and_what_is_allowed(old: str, new: str, line: int, says: str) -> None:
    assert old in GOOD
    with pytest.raises(ParkFileMalformed) as fault:
        park_file.parse(GOOD.replace(old, new, 1))
    assert f"line {line}:" in fault.value.detail
    assert says in fault.value.detail


SECOND = """
[[site]]
id = "upper-camp"
name = "Upper campground"
latitude = 44.70
longitude = -110.50

[[camera]]
id = "ridge"
site = "upper-camp"
kind = "trail"
group = "creek"
"""


def test_a_camera_group_over_two_sites_is_refused_since_the_second_would_never_be_warned() -> None:
    with pytest.raises(ParkFileMalformed) as fault:
        park_file.parse(GOOD + SECOND)
    assert "line 39: camera.group: " in fault.value.detail
    assert "creek of lower-camp and ridge of upper-camp" in fault.value.detail
    assert park_file.parse(GOOD + SECOND.replace('group = "creek"', 'group = "ridges"')).cameras


def test_a_heartbeat_may_hold_names_of_the_environment() -> None:
    text = GOOD.replace('"America/Denver"', '"America/Denver"\nheartbeat = "https://beat.example.org/${BEAT_KEY}"', 1)
    assert park_file.parse(text).heartbeat == "https://beat.example.org/${BEAT_KEY}"


def test_what_is_no_toml_names_the_line() -> None:
    with pytest.raises(ParkFileMalformed, match="line 3"):
        park_file.parse("[park]\nname = 'x'\ntime_zone =\n")


def apply(engine: Engine, text: str) -> list[str]:
    with transaction(engine) as session:
        changes = parks.apply(
            session, park_file.parse(text), who="test", default_model="a" * 64, now=wiring.now()
        )  # fmt: skip
    return [f"{change.action} {change.kind} {change.id}" for change in changes]


def test_the_same_file_twice_changes_nothing_and_removal_retires(engine: Engine) -> None:
    first = apply(engine, GOOD)
    assert "add site lower-camp" in first
    assert "retire site camp" in first
    assert apply(engine, GOOD) == []
    without = GOOD[: GOOD.index("[[camera]]")] + GOOD[GOOD.index("[[receiver]]") :]
    assert apply(engine, without) == ["retire camera creek"]
    assert apply(engine, GOOD) == ["restore camera creek"]
    assert apply(engine, GOOD.replace('"Lower campground"', '"Lower camp"')) == ["change site lower-camp"]


def test_a_password_in_an_address_is_kept_as_its_variable_and_never_told(engine: Engine) -> None:
    apply(engine, GOOD)
    with reading(engine) as session:
        assert "${CREEK_PASSWORD}" in str(session.get_one(tables.Camera, "creek").url)
    changed = GOOD.replace("/main", "/second")
    with transaction(engine) as session:
        changes = parks.apply(session, park_file.parse(changed), who="t", default_model="a" * 64, now=wiring.now())
    assert [change.says for change in changes] == ["camera creek: url changed"]


def test_a_new_site_is_in_shadow(engine: Engine) -> None:
    apply(engine, GOOD)
    from store import rules

    with reading(engine) as session:
        assert [site.id for site in park.sites(session)] == ["lower-camp"]
        rule = rules.in_force(session, "lower-camp")
        assert rule is not None
        assert rule.stage == "shadow"


def test_what_a_camera_is_known_by_is_read_and_a_login_names_one_camera() -> None:
    camera = '[[camera]]\nid = "gate"\nsite = "lower-camp"\nkind = "trail"\ntime_zone = "UTC"\n[camera.recognise]\n'
    plan = park_file.parse(GOOD + camera + 'serial = "X1"\n')
    assert (plan.cameras[1].time_zone, plan.cameras[1].recognise) == ("UTC", {"serial": "X1"})
    with pytest.raises(ParkFileMalformed, match=r'recognise\.login: "creek" is creek'):
        park_file.parse(GOOD + camera + 'login = "creek"\n')
    assert park_file.parse(GOOD + camera + 'mail = "Creek@Park.example"\n').cameras[1].recognise == {
        "mail": "creek@park.example"
    }
    with pytest.raises(ParkFileMalformed, match="no mail address like"):
        park_file.parse(GOOD + camera + 'mail = "creek"\n')
    with pytest.raises(ParkFileMalformed, match="allowed are login, mail, make, model, serial"):
        park_file.parse(GOOD + camera + 'colour = "green"\n')


STREAM = """
[park]
name = "Park"
time_zone = "UTC"
camera_networks = ["10.0.0.7", "10.1.0.0/16"]
[[site]]
id = "camp"
name = "Camp"
latitude = 1.0
longitude = 1.0
[[camera]]
id = "creek"
site = "camp"
kind = "stream"
url = "rtsp://10.0.0.7/main"
watch_url = "rtsp://10.0.0.7/sub"
known_clip = "known/creek.mp4"
transport = "udp"
"""


def test_no_picture_leaves_and_people_are_blurred_unless_the_park_says_otherwise() -> None:
    assert (park_file.parse(GOOD).pictures_leave, park_file.parse(GOOD).blur_people) == (False, True)
    said = STREAM.replace("[[site]]", "pictures_leave = true\nblur_people = false\n[[site]]")
    assert (park_file.parse(said).pictures_leave, park_file.parse(said).blur_people) == (True, False)
    with pytest.raises(ParkFileMalformed, match=r"park\.blur_people"):
        park_file.parse(said.replace("blur_people = false", 'blur_people = "no"'))


def test_a_stream_may_have_a_small_one_a_transport_and_networks_that_are_allowed() -> None:
    plan = park_file.parse(STREAM)
    assert plan.camera_networks == ["10.0.0.7/32", "10.1.0.0/16"]
    assert (plan.cameras[0].watch_url, plan.cameras[0].transport) == ("rtsp://10.0.0.7/sub", "udp")
    assert plan.cameras[0].known_clip == "known/creek.mp4"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('"10.0.0.7", "10.1.0.0/16"', '"camera.local"', "is no network"),
        ('"udp"', '"carrier pigeon"', "transport"),
        ("rtsp://10.0.0.7/sub", "file:///etc/passwd", "watch_url"),
        ('kind = "stream"\nurl = "rtsp://10.0.0.7/main"', 'kind = "trail"', "only a camera of kind stream"),
    ],
)
def test_faults_of_a_stream_are_named(before: str, after: str, says: str) -> None:
    assert before in STREAM
    with pytest.raises(ParkFileMalformed, match=says):
        park_file.parse(STREAM.replace(before, after))


MEADOW = """
[[site]]
id = "meadow"
name = "Meadow"
latitude = 44.61
longitude = -110.51

[park.exit]
pool = {pool}
"""


@pytest.mark.parametrize(
    ("pool", "says"),
    [
        ('[["lower-camp", "nowhere"]]', '"nowhere" is no site of this file'),
        ('[["lower-camp", "lower-camp"]]', '"lower-camp" is named twice'),
        ('[["lower-camp"]]', "at least 2"),
    ],
)
def test_a_pool_names_sites_of_the_file_once(pool: str, says: str) -> None:
    with pytest.raises(ParkFileMalformed) as refused:
        park_file.parse(GOOD + MEADOW.format(pool=pool))
    assert says in refused.value.detail


def test_like_sites_may_be_pooled() -> None:
    assert park_file.parse(GOOD + MEADOW.format(pool='[["lower-camp", "meadow"]]')).exit == {
        "pool": [["lower-camp", "meadow"]]
    }
