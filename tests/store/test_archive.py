from hashlib import sha256
from pathlib import Path

import pytest

from store.archive import FolderArchive
from store.errors import ArchiveFileMissing

ABSENT = sha256(b"absent").hexdigest()


def test_bytes_come_back_by_their_sha256(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path / "archive")
    digest = archive.put(b"a bear")
    assert digest == sha256(b"a bear").hexdigest()
    assert archive.put(b"a bear") == digest
    assert archive.open(digest) == archive.path(digest).read_bytes() == b"a bear"
    assert archive.has(digest)


def test_a_half_written_file_is_written_again(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    digest = archive.put(b"a bear")
    archive.path(digest).write_bytes(b"a b")
    archive.put(b"a bear")
    assert archive.open(digest) == b"a bear"


def test_a_put_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    digest = sha256(b"a bear").hexdigest()
    (tmp_path / digest[:2] / digest[2:4] / digest).mkdir(parents=True)
    with pytest.raises(OSError):
        FolderArchive(tmp_path).put(b"a bear")
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


@pytest.mark.parametrize("digest", [ABSENT, "../../secret", "", "A" * 65])
def test_what_is_not_here_is_said(tmp_path: Path, digest: str) -> None:
    archive = FolderArchive(tmp_path)
    with pytest.raises(ArchiveFileMissing):
        archive.open(digest)
