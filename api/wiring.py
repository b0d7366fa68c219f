"""Wiring: the parts of one process, made from the settings."""

import os
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import logs
from api.settings import SHIPPED, Settings
from ingest.decoding import Decoder
from ingest.intake import Intake
from store import migrating, models, tables
from store.archive import Archive, FolderArchive
from store.errors import BundleFileChanged, ModelUnknown
from store.frame_queue import FrameQueue, TableQueue
from store.session import Engine, Session, make_engine, reading, transaction

if TYPE_CHECKING:
    from model.bundle import Bundle
    from model.crop_classifier import CropClassifier
    from model.detector import Detector
    from rollout.parts import Parts


def now() -> datetime:
    """The server's clock: the only one of the product, read in its outermost loops."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class System:
    """Everything one process needs. Heavy parts are made when they are first asked for."""

    settings: Settings
    engine: Engine
    archive: Archive
    queue: FrameQueue
    decoder: Decoder

    @property
    def data_dir(self) -> Path:
        """Where files lie."""
        return self.settings.data_dir

    @cached_property
    def intake(self) -> Intake:
        """What the doors need to keep a frame."""
        return Intake(
            engine=self.engine,
            archive=self.archive,
            data_dir=self.data_dir,
            disk_floor_bytes=self.settings.disk_floor_mb * 1_000_000,
        )

    @cached_property
    def detectors(self) -> "Detectors":
        """The model versions, opened when first used."""
        return Detectors(self.engine)

    @cached_property
    def parts(self) -> "Parts":
        """What the pipeline needs."""
        from rollout.parts import Parts

        return Parts(
            engine=self.engine, archive=self.archive, queue=self.queue, decoder=self.decoder,
            detector=self.detectors.get, data_dir=self.data_dir,
        )  # fmt: skip

    @cached_property
    def default_bundle(self) -> "Bundle":
        """What a rule's `model = "default"` means. Checked whole."""
        from model.bundle import load

        return load(self.settings.model)

    @cached_property
    def default_classifier(self) -> "CropClassifier":
        """The default bundle's classifier, for `classify`."""
        from model.crop_classifier import CropClassifier

        return CropClassifier(self.default_bundle)

    @cached_property
    def secret(self) -> bytes:
        """What webhooks are signed with: the setting, or a key that was made once and kept in the data folder."""
        said = self.settings.secret_key.get_secret_value()
        return said.encode() if said else _kept_secret(self.data_dir / "secret.key")


class Detectors:
    """Model versions by sha256, each loaded once. Threads may share it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._open: dict[str, Detector[Any]] = {}
        self._lock = threading.Lock()

    def get(self, sha256: str) -> "Detector[Any]":
        """Raises ModelUnknown, BundleMalformed, BundleFileChanged."""
        with self._lock:
            if sha256 not in self._open:
                self._open[sha256] = self._load(sha256)
            return self._open[sha256]

    def _load(self, sha256: str) -> "Detector[Any]":
        from model.bundle import load
        from model.crop_classifier import CropClassifier

        with reading(self.engine) as session:
            row = session.get(tables.ModelVersion, sha256)
        if row is None:
            raise ModelUnknown(f"no model version {sha256[:12]}… is known: `bearwatch model list` shows them")
        bundle = load(Path(row.path))
        if bundle.sha256 != sha256:
            raise BundleFileChanged(
                f"{row.path} holds version {bundle.sha256[:12]}…, but {row.name} was approved as {sha256[:12]}…: "
                "put the approved bundle back, or add the other as a version of its own"
            )
        return CropClassifier(bundle)


@contextmanager
def opened(settings: Settings) -> Iterator[System]:
    """The parts, with the database at head; everything is closed at the end.

    On SQLite a missing or older database is brought to head, after a copy of a filled one. On PostgreSQL
    DatabaseIsBehind is raised instead.
    """
    logs.quiet()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database)
    decoder = Decoder()
    try:
        bring_to_head(engine, settings)
        yield System(
            settings=settings,
            engine=engine,
            archive=FolderArchive(settings.data_dir / "archive"),
            queue=TableQueue(engine),
            decoder=decoder,
        )
    finally:
        decoder.close()
        engine.dispose()


def bring_to_head(engine: Engine, settings: Settings) -> None:
    """See `opened`."""
    if engine.dialect.name != "sqlite":
        migrating.require_head(engine)
        return
    present = migrating.revision_of(engine)
    if present == migrating.head():
        return
    file = Path(engine.url.database or "")
    if present is not None and file.is_file():
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy2(file, file.with_name(f"{file.name}.before-{present}-{now():%Y%m%dT%H%M%S}"))
    migrating.upgrade(settings.database)


def register(session: Session, bundle: "Bundle", at: datetime) -> tables.ModelVersion:
    """Make a bundle known as a model version."""
    return models.add(
        session, sha256=bundle.sha256, name=bundle.name, path=str(bundle.folder.absolute()),
        labels=list(bundle.labels), threshold=bundle.threshold, now=at,
    )  # fmt: skip


def register_default(system: System) -> str:
    """Make the default bundle known, where it is not; gives its sha256."""
    bundle = system.default_bundle
    with transaction(system.engine) as session:
        return register(session, bundle, now()).sha256


def demo_bundle() -> "Bundle":
    """The bundle that knows drawn scenery only."""
    from model.bundle import load

    return load(SHIPPED / "demo")


def _kept_secret(file: Path) -> bytes:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file.with_suffix(".writing"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as written:
            written.write(secrets.token_hex(32))
        try:
            os.link(file.with_suffix(".writing"), file)
        except FileExistsError:
            pass
        finally:
            file.with_suffix(".writing").unlink(missing_ok=True)
    return file.read_bytes().strip()
