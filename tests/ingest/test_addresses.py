"""Which addresses a camera may have, and that no password is ever shown."""

import pytest

from ingest import addresses
from ingest.addresses import check, expanded, resolved, shown
from store.errors import AddressNotPublic, SourceUnreachable


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("stream", "rtsp://10.0.0.7/main"),
        ("stream", "rtsps://${USER}:${KEY}@cam.lan:322/main"),
        ("stream", "http://127.0.0.1:8080/mjpg"),
        ("stream", "https://[::1]/mjpg"),
        ("stream", "rtsp://[fd12::7]/main"),
        ("stream", "rtsp://${HOST}/main"),
        ("file", "demo:creek?seed=3"),
        ("file", "/srv/footage/creek.mp4"),
        ("file", "file:///srv/footage"),
        ("file", "footage"),
    ],
)
def test_what_a_camera_may_have(kind: str, url: str) -> None:
    check(kind, url)


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("stream", "ftp://10.0.0.7/main"),
        ("stream", "/etc/passwd"),
        ("stream", "file:///etc/passwd"),
        ("stream", "concat:rtsp://10.0.0.7/main"),
        ("stream", "rtsp:///main"),
        ("stream", "rtsp://10.0.0.7:99999/main"),
        ("stream", "rtsp://[10.0.0.7/main"),
        ("file", "rtsp://10.0.0.7/main"),
        ("stream", "http://169.254.169.254/latest/meta-data"),
        ("stream", "http://2852039166/latest/meta-data"),
        ("stream", "http://0xa9fea9fe/latest/meta-data"),
        ("stream", "http://[::ffff:169.254.169.254]/"),
        ("stream", "http://[fd00:ec2::254]/"),
        ("stream", "rtsp://[fe80::1%25eth0]/main"),
        ("stream", "rtsp://224.0.0.1/main"),
        ("stream", "rtsp://0.0.0.0/main"),
        ("stream", "rtsp://[::]/main"),
    ],
)
def test_what_no_camera_has(kind: str, url: str) -> None:
    with pytest.raises(SourceUnreachable) as fault:
        check(kind, url)
    assert ": write" in fault.value.detail or ": correct" in fault.value.detail


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(SourceUnreachable, match="no CREEK_PASSWORD: set it"):
        expanded("rtsp://${CREEK_USER}:${CREEK_PASSWORD}@10.0.0.7/main", {"CREEK_USER": "eve"})


def test_a_variable_may_bring_the_host_but_no_other_one_by_its_password() -> None:
    assert expanded("rtsp://${HOST}/main", {"HOST": "10.0.0.7:554"}) == "rtsp://10.0.0.7:554/main"
    told = expanded("rtsp://eve:${KEY}@10.0.0.7/main", {"KEY": "x@169.254.169.254/"})
    assert told == "rtsp://eve:x%40169.254.169.254%2F@10.0.0.7/main"


def test_a_variable_cannot_bring_a_refused_host() -> None:
    with pytest.raises(SourceUnreachable, match="no camera can be"):
        resolved("http://${HOST}/", {"HOST": "169.254.169.254"})


def test_a_name_that_is_not_found_is_told_without_its_password() -> None:
    with pytest.raises(SourceUnreachable, match="check the name") as fault:
        resolved("rtsp://eve:secret@nowhere.invalid/main")
    assert "secret" not in fault.value.detail


def test_a_host_on_this_machine_is_allowed_where_the_park_says_so() -> None:
    assert resolved("rtsp://localhost:8554/main", allowed=["127.0.0.1", "::1"]) == "rtsp://localhost:8554/main"


@pytest.mark.parametrize(
    "url", ["rtsp://eve:secret@10.0.0.7/main", "http://10.0.0.7/mjpg?key=secret", "rtsp://e:se@secret@10.0.0.7/"]
)
def test_no_secret_is_shown(url: str) -> None:
    assert "secret" not in shown(url)
    assert "10.0.0.7" in shown(url)


def test_every_kind_of_scheme_has_words() -> None:
    assert addresses.SCHEMES.keys() == addresses.TOLD.keys()


@pytest.mark.parametrize("host", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_numbers_on_the_internet_are_public(host: str) -> None:
    assert addresses.public(host, 443) == [host]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
     "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
     "2002:a00:1::1", "2001:0:a00:1::1", "2130706433", "0x7f.1"],
)  # fmt: skip
def test_numbers_of_private_networks_are_not_public_however_they_are_written(host: str) -> None:
    with pytest.raises(AddressNotPublic, match="private, reserved or this machine's own"):
        addresses.public(host, 443)


def test_a_private_place_is_public_enough_where_it_is_allowed_with_its_port() -> None:
    assert addresses.public("127.0.0.1", 8123, {"127.0.0.1:8123"}) == ["127.0.0.1"]
    with pytest.raises(AddressNotPublic):
        addresses.public("127.0.0.1", 8124, {"127.0.0.1:8123"})
