"""The memory that a process and its decoding child share: what it carries, and what nobody can do with it."""

import mmap
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ingest.decoding import Decoder
from ingest.slate import SIZE, Slate
from tests.ingest.drawings import encoded, landscape


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_what_the_child_writes_the_asker_reads() -> None:
    ours = Slate()
    theirs = Slate(os.dup(ours.descriptor))
    assert theirs.write([b"ab", np.arange(3, dtype=np.uint8)]) == 5
    assert ours.read(5).tobytes() == b"ab\x00\x01\x02"
    theirs.close()
    ours.close()


def test_what_was_read_stays_when_the_child_writes_again() -> None:
    ours = Slate()
    theirs = Slate(os.dup(ours.descriptor))
    theirs.write([b"first"])
    first = ours.read(5)
    theirs.write([b"other"])
    assert first.tobytes() == b"first"
    theirs.close()
    ours.close()


def test_more_than_fits_is_not_written_and_more_than_is_there_not_read() -> None:
    slate = Slate()
    assert slate.write([np.empty(SIZE + 1, dtype=np.uint8)]) == 0
    with pytest.raises(ValueError):
        slate.read(SIZE + 1)
    slate.close()


def test_the_asker_cannot_write_and_nobody_can_take_its_pages_away() -> None:
    slate = Slate()
    with pytest.raises(TypeError):
        slate.write([b"ours"])
    with pytest.raises(PermissionError):
        os.ftruncate(slate.descriptor, mmap.PAGESIZE)
    slate.close()


def test_closing_twice_closes_nobody_elses_file(tmp_path: Path) -> None:
    slate = Slate()
    slate.close()
    with (tmp_path / "other").open("w") as other:
        slate.close()
        other.write("still open")


def test_a_picture_too_large_for_it_comes_all_the_same() -> None:
    with Decoder() as decoder:
        pixels = decoder.picture(encoded(landscape(2600, 2400)))
    assert pixels.nbytes > SIZE
    assert pixels.shape == (2400, 2600, 3)
    assert pixels.any()


def test_a_child_that_dies_leaves_no_file_open_and_no_memory_behind() -> None:
    before = open_files()
    decoder = Decoder()
    for _ in range(5):
        assert decoder.picture(encoded(landscape())).shape == (48, 64, 3)
        assert decoder._child is not None
        decoder.kill()
        decoder._child.process.wait()
    decoder.close()
    assert open_files() == before


def test_a_slate_ends_with_the_process_that_made_it() -> None:
    code = "import os\nfrom ingest.slate import Slate\nmade = Slate()\n"
    code += "print(os.readlink(f'/proc/self/fd/{made.descriptor}'))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["/memfd:bearwatch", "(deleted)"]  # of no folder: nothing is left to clean up
