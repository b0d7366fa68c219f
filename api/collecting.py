"""Collecting: labelled frames of the park into a training folder, as far as the park's data policy uses them."""

import shutil
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from api.wiring import System
from ingest.headers import format_of
from ingest.walking import first_bytes
from model import data_policy, labels
from model.data_policy import Choice, Picture, Policy
from model.labels import Labelled
from model.training_folder import TrainingFolder
from store import park, training
from store.archive import Archive
from store.errors import ArchiveFileMissing, TrainingDataUnusable
from store.session import reading
from store.training import Answered

FOLDER = "reviewed"
SUFFIX = {"jpeg": ".jpg", "png": ".png", "webp": ".webp", "bmp": ".bmp"}
"""What a training opens; other pictures are left."""

NO_PICTURE = "whose picture is gone, or of a kind that no training opens"
CLEANED = "deleted or relabelled on the page Clean"
OUT, HELD = "out", ("train", "valid")


@dataclass(frozen=True, kw_only=True)
class Collected:
    """What came of it. new: pictures that were not there before; left: how many for each reason."""

    folder: str
    used: int
    new: int
    left: Mapping[str, int]
    says: str


def collect(system: System, out: Path, *, site: str | None, now: datetime) -> Collected:
    """Write accepted rows into a training folder; the same rows again change nothing.

    What an earlier time wrote and is not used any more stays in the folder as part "out". What people deleted or
    relabelled on the page Clean stays as they left it. Raises NotFound for a site that is not there.
    """
    with reading(system.engine) as session:
        sites = () if site is None else (park.site(session, site).id,)
        found, policy = training.accepted(session, sites=sites), data_policy.read(park.the_park(session).training)
    out.mkdir(parents=True, exist_ok=True)
    folder = TrainingFolder(out)
    with folder.held():
        return _write(system.archive, folder, found, policy, sites=sites, now=now)


def _write(
    archive: Archive, folder: TrainingFolder, found: Sequence[Answered], policy: Policy, *, sites: Sequence[str],
    now: datetime,
) -> Collected:  # fmt: skip
    named = {_name(archive, one) or f"frame {one.row.frame_id}": one for one in found}
    pictures = {name: one for name, one in named.items() if name.startswith(FOLDER)}
    chosen = data_policy.choose([_picture(name, one) for name, one in pictures.items()], policy, now=now)
    cleaned = folder.touched().keys() & set(chosen.used)
    left = {
        **chosen.left,
        **dict.fromkeys(named.keys() - pictures.keys(), NO_PICTURE),
        **dict.fromkeys(cleaned, CLEANED),
    }
    used = tuple(name for name in chosen.used if name not in cleaned)
    before = {row.file: row for row in _before(folder)}
    new = sum(_copied(archive, pictures[name], folder.folder / name) for name in used)
    kept = [_still(row, {*used, *cleaned}, chosen.left.keys(), sites) for row in before.values()]
    rows = labels.merged(kept, [_row(name, pictures[name], before.get(name)) for name in used])
    if rows != list(before.values()):
        labels.write(folder.folder, rows)
    return Collected(
        folder=str(folder.folder), used=len(used), new=new, left=dict(sorted(Counter(left.values()).items())),
        says=Choice(used=used, left=left).says,
    )  # fmt: skip


def _before(folder: TrainingFolder) -> list[Labelled]:
    """The rows that are there; without labels.csv those of its folders of pictures, which go on teaching."""
    if (folder.folder / labels.LABELS).is_file():
        return folder.rows()
    with suppress(TrainingDataUnusable):  # an empty folder
        return [row for row in folder.rows() if not row.file.startswith(f"{FOLDER}/")]
    return []


def _name(archive: Archive, one: Answered) -> str | None:
    """What the frame's file is called in the folder; None where there is none to train on."""
    try:
        suffix = SUFFIX.get(format_of(first_bytes(archive.path(one.frame.sha256))) or "")
    except ArchiveFileMissing:
        return None
    return None if suffix is None else f"{FOLDER}/{one.row.camera_id}/{one.row.frame_id}{suffix}"


def _copied(archive: Archive, one: Answered, to: Path) -> bool:
    """Whether it was not there yet."""
    if to.is_file():
        return False
    to.parent.mkdir(parents=True, exist_ok=True)
    unfinished = to.with_name(f".{to.name}.writing")
    shutil.copyfile(archive.path(one.frame.sha256), unfinished)
    unfinished.replace(to)
    return True


def _picture(name: str, one: Answered) -> Picture:
    return Picture(name=name, label=one.row.label or "", camera=one.row.camera_id, taken_at=one.frame.taken_at)


def _row(name: str, one: Answered, before: Labelled | None) -> Labelled:
    """The row of a used frame; which side of the split it was put on by hand stays."""
    visit = f"visit:{one.visit} " if one.visit is not None else ""
    return Labelled(
        file=name, label=one.row.label or "", camera=one.row.camera_id,
        sequence=f"visit-{one.visit}" if one.visit is not None else f"frame-{one.row.frame_id}",
        taken_at=one.frame.taken_at.isoformat(), origin=f"{visit}frame:{one.row.frame_id}",
        part=before.part if before is not None and before.part in HELD else "", by=one.name or "",
        saw_score="yes" if one.row.saw_score else "no", note=one.row.says,
        more={**(before.more if before is not None else {}), "site": one.row.site_id},
    )  # fmt: skip


def _still(row: Labelled, used: set[str], left: Collection[str], sites: Sequence[str]) -> Labelled:
    """A row that was there: what came from here and is used no more is out; of other sites nothing is said.

    left: those that only the policy leaves. Any other is retired or rejected: no wider window brings it back.
    """
    ours = row.file.startswith(f"{FOLDER}/") and (not sites or row.more.get("site") in sites)
    if not ours or row.file in used:
        return row
    forgotten = () if row.file in left else (data_policy.LEFT, data_policy.PART_BEFORE)
    more = {name: "" if name in forgotten else said for name, said in row.more.items()}
    return replace(row, part=OUT, more=more)
