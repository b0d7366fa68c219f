"""Opening what others sent: in a child that may die, never in the process that asks."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest.decoding import Decoder, Limits
from store.errors import Undecodable
from tests.ingest.drawings import encoded, exif, landscape, shared, with_exif


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder() as opened:
        yield opened


@pytest.fixture(scope="module")
def drawn_clip(decoder: Decoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("clips") / "drawn.mp4"
    decoder.make_clip([encoded(landscape(320, 240, seed)) for seed in range(8)], out, fps=2)
    return out


@pytest.mark.parametrize("ending", [".jpg", ".png", ".webp", ".bmp", ".tiff"])
def test_each_kind_of_picture_is_opened(decoder: Decoder, ending: str) -> None:
    drawn = landscape(64, 48)
    pixels = decoder.picture(encoded(drawn, ending))
    assert pixels.shape == (48, 64, 3)
    assert np.abs(pixels.astype(int) - drawn).mean() < 12


def test_sixteen_bits_and_grey_become_three_channels_of_eight(decoder: Decoder) -> None:
    deep = landscape().astype(np.uint16) * 257
    assert np.array_equal(decoder.picture(encoded(deep, ".png")), landscape())
    assert decoder.picture(encoded(landscape()[..., 0], ".png")).shape == (48, 64, 3)


def test_a_picture_on_its_side_is_turned_upright(decoder: Decoder) -> None:
    turned = with_exif(encoded(landscape(62, 48)), exif({0x0112: 6}, {}))
    assert decoder.picture(turned).shape == (62, 48, 3)


def test_a_large_picture_is_made_smaller_on_request(decoder: Decoder) -> None:
    assert decoder.picture(encoded(landscape(1600, 1200)), max_side=400).shape == (300, 400, 3)
    assert decoder.thumbnail(encoded(landscape(1600, 1200)), 200).startswith(b"\xff\xd8")


@pytest.mark.parametrize("data", [b"", b"no picture", encoded(landscape())[:300], encoded(landscape(), ".png")[:200]])
def test_broken_pictures_are_refused_in_words(decoder: Decoder, data: bytes) -> None:
    with pytest.raises(Undecodable) as fault:
        decoder.picture(data)
    assert len(fault.value.detail) > 20


def test_real_broken_pictures(decoder: Decoder) -> None:
    assert decoder.picture(shared("edge_cases/african_elephants_cmyk.jpg")).shape[2] == 3
    with pytest.raises(Undecodable):
        decoder.picture(shared("edge_cases/african_elephants_truncated_file.jpg"))


def test_a_missing_file_is_named(decoder: Decoder, tmp_path: Path) -> None:
    with pytest.raises(Undecodable, match=r"gone\.jpg"):
        decoder.picture(tmp_path / "gone.jpg")


def test_a_clip_gives_its_pictures_with_their_times(decoder: Decoder, drawn_clip: Path) -> None:
    shots = list(decoder.clip(drawn_clip, every_s=1.0))
    assert [shot.at_s for shot in shots] == pytest.approx([0, 1, 2, 3], abs=0.3)
    assert (shots[0].width, shots[0].height, shots[0].thumb.shape) == (320, 240, (240, 320))
    assert decoder.picture(shots[0].picture).shape == (240, 320, 3)


def test_the_same_clip_gives_the_same_bytes_again(decoder: Decoder, drawn_clip: Path) -> None:
    first, second = ([shot.picture for shot in decoder.clip(drawn_clip)] for _ in range(2))
    assert first == second


def test_a_clip_that_was_cut_off_gives_what_is_there_or_says_so(decoder: Decoder, drawn_clip: Path) -> None:
    cut = drawn_clip.with_name("cut.mp4")
    cut.write_bytes(drawn_clip.read_bytes()[:2000])
    try:
        assert list(decoder.clip(cut))
    except Undecodable as fault:
        assert len(fault.detail) > 20


def test_real_clips_are_opened(decoder: Decoder) -> None:
    shots = list(decoder.clip(shared("clips/bear/bear_nishanthil_05.mp4"), every_s=2.0))
    assert len(shots) == 5
    assert {(shot.width, shot.height) for shot in shots} == {(768, 432)}


def test_what_kills_the_child_does_not_kill_us(decoder: Decoder) -> None:
    killer = shared("edge_cases/aborts_opencv5_demo.avi")
    try:
        list(decoder.clip(killer))
    except Undecodable as fault:
        assert fault.detail
    assert decoder.picture(encoded(landscape())).shape == (48, 64, 3)


def test_a_clip_goes_on_after_its_child_was_killed(decoder: Decoder, drawn_clip: Path) -> None:
    shots = decoder.clip(drawn_clip, every_s=0.5)
    assert next(shots).at_s == 0
    decoder.kill()
    time.sleep(0.3)
    assert next(shots).at_s == pytest.approx(0.5, abs=0.2)


def test_a_child_that_hangs_is_stopped() -> None:
    with Decoder(Limits(seconds=0.001)) as hurried, pytest.raises(Undecodable, match="was stopped"):
        hurried.picture(encoded(landscape(4000, 3000)))


def test_a_picture_that_needs_too_much_memory_is_refused() -> None:
    with Decoder(Limits(memory_bytes=700 << 20)) as small, pytest.raises(Undecodable):
        small.picture(encoded(landscape(9000, 9000), ".png"))


def test_threads_may_share_one_decoder(decoder: Decoder) -> None:
    seen: list[tuple[int, ...]] = []
    widths = [64 + 2 * number for number in range(12)]

    def look(width: int) -> None:
        seen.append(decoder.picture(encoded(landscape(width, 48), ".png")).shape)

    threads = [threading.Thread(target=look, args=(width,)) for width in widths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [(48, width, 3) for width in widths]


def test_a_playlist_does_not_reach_other_files(decoder: Decoder, tmp_path: Path) -> None:
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n")
    with pytest.raises(Undecodable, match="not a clip"):
        list(decoder.clip(tmp_path / "list.m3u8"))


def test_the_process_that_asks_loads_no_decoder() -> None:
    code = "import sys, ingest.decoding as d; d.Decoder(); print({'cv2', 'av'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
