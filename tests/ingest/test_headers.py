"""What the door tells of a file by its first bytes."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ingest.headers import look, stated_time
from store.errors import HeaderBroken, NotAPicture, TooLarge
from store.vocabulary import UploadKind
from tests.ingest.drawings import encoded, exif, landscape, shared, with_exif

DENVER = ZoneInfo("America/Denver")
PICTURES = [".jpg", ".png", ".webp", ".bmp", ".gif", ".tiff"]


@pytest.mark.parametrize("ending", PICTURES)
def test_each_kind_of_picture_tells_its_size(ending: str) -> None:
    header = look(encoded(landscape(62, 48), ending))
    assert (header.kind, header.width, header.height) == (UploadKind.PICTURE, 62, 48)


@pytest.mark.parametrize("ending", [".jpg", ".png", ".bmp", ".gif", ".webp", ".tiff"])
def test_a_header_cut_off_before_the_size_is_broken(ending: str) -> None:
    data = encoded(landscape(), ending)
    with pytest.raises(HeaderBroken, match="cut off or broken"):
        look(data[: {".gif": 9, ".webp": 20}.get(ending, 12)])


def test_an_empty_file_is_called_empty() -> None:
    with pytest.raises(NotAPicture, match="empty"):
        look(b"")
    with pytest.raises(NotAPicture, match="empty"):
        look(shared("edge_cases/error_img.JPG").read_bytes())


@pytest.mark.parametrize(
    "data", [b"hello", b"%PDF-1.7", b"\0" * 40, b"\0\0\0\x18ftypheic" + bytes(20), b"RIFF1234WAVE"]
)
def test_what_is_neither_picture_nor_clip_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture, match="neither"):
        look(data)


def test_a_picture_of_no_pixels_is_broken() -> None:
    gif = bytearray(encoded(landscape(), ".gif"))
    gif[6:10] = bytes(4)
    with pytest.raises(HeaderBroken, match="0 x 0"):
        look(bytes(gif))


def test_a_picture_of_too_many_pixels_is_refused() -> None:
    gif = bytearray(encoded(landscape(), ".gif"))
    gif[6:10] = b"\xff\xff\xff\xff"
    with pytest.raises(TooLarge, match="65535 x 65535"):
        look(bytes(gif))


def test_a_png_with_a_changed_header_is_broken() -> None:
    png = bytearray(encoded(landscape(), ".png"))
    png[18] ^= 1
    with pytest.raises(HeaderBroken):
        look(bytes(png))


def test_a_picture_that_lies_on_its_side_tells_its_size_upright() -> None:
    turned = with_exif(encoded(landscape(62, 48)), exif({0x0112: 6}, {}))
    assert (look(turned).width, look(turned).height) == (48, 62)


def test_damage_behind_the_size_passes_the_door() -> None:
    assert look(shared("edge_cases/african_elephants_truncated_file.jpg").read_bytes()).format == "jpeg"
    assert look(shared("edge_cases/african_elephants_cmyk.jpg").read_bytes()).width == 2048


def test_real_clips_tell_their_size() -> None:
    clips = sorted(shared("clips").rglob("*.*")) + sorted(shared("clips_assembled").rglob("*.mp4"))
    headers = {path.name: look(path.read_bytes()) for path in clips}
    assert {header.kind for header in headers.values()} == {UploadKind.CLIP}
    assert not [name for name, header in headers.items() if header.width < 64 or header.height < 48]
    assert look(shared("edge_cases/aborts_opencv5_demo.avi").read_bytes()).format == "avi"


def test_a_recording_without_its_table_of_contents_is_broken() -> None:
    data = bytes.fromhex("00000018") + b"ftypisom" + bytes(12) + (1 << 20).to_bytes(4) + b"mdat" + bytes(1000)
    with pytest.raises(HeaderBroken, match="MP4"):
        look(data)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({0x9003: b"2026:07:01 12:00:00\0"}, datetime(2026, 7, 1, 18, tzinfo=UTC)),
        ({0x9003: b"2026:07:01 12:00:00\0", 0x9011: b"+02:00\0"}, datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ({0x9003: b"2026:07:01 12:00:00\0", 0x9291: b"25\0"}, datetime(2026, 7, 1, 18, 0, 0, 250_000, tzinfo=UTC)),
        ({0x9003: b"1970:01:01 00:00:00\0"}, datetime(1970, 1, 1, 7, tzinfo=UTC)),
        ({0x9003: b"0000:00:00 00:00:00\0"}, None),
        ({0x9003: b"    :  :     :  :  \0"}, None),
        ({}, None),
    ],
)
def test_the_stated_time_is_the_cameras_own(fields: dict[int, bytes | int], expected: datetime | None) -> None:
    block = exif({}, fields)
    assert stated_time(with_exif(encoded(landscape()), block), DENVER) == expected


def test_a_picture_without_or_with_a_broken_exif_block_states_no_time() -> None:
    jpeg = encoded(landscape())
    assert stated_time(jpeg, DENVER) is None
    block = exif({}, {0x9003: b"2026:07:01 12:00:00\0"})
    for cut in range(0, len(block), 3):
        stated_time(with_exif(jpeg, block[:cut]), DENVER)


def test_no_prefix_of_a_real_file_brings_the_door_down(tmp_path: Path) -> None:
    for name in (
        "edge_cases/african_elephants_cmyk.jpg",
        "clips/bear/bear_uit2052188_10.mp4",
        "edge_cases/aborts_opencv5_demo.avi",
    ):
        data = shared(name).read_bytes()
        for cut in [*range(1, 200, 7), *range(200, len(data), len(data) // 40)]:
            try:
                look(data[:cut])
            except (HeaderBroken, NotAPicture):
                continue
