"""Wiring: the parts of one process, made from the settings."""

import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import logs
from api.bundles import Bundles
from api.settings import SHIPPED, Settings
from ingest.decoding import Decoder
from ingest.doors import Doors
from ingest.handed import Desk
from ingest.intake import Intake
from store import migrating, models, tables
from store.archive import Archive, FolderArchive
from store.errors import ModelError, ModelUnknown, SettingMalformed
from store.frame_queue import FrameQueue, TableQueue
from store.session import Engine, Session, make_engine, reading, transaction

FAULT_HOLDS_S = 2.0
"""A version that could not be opened is not tried again for this long."""

if TYPE_CHECKING:
    from api.demo_year import DemoYear
    from ingest.mailbox_door import Mailbox
    from model.bundle import Bundle
    from model.detector import Detector
    from model.opening import Opened
    from rollout.parts import Parts


def now() -> datetime:
    """The server's clock: the only one of the product, read in its outermost loops."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class System:
    """Everything one process needs. Heavy parts are made when they are first asked for.

    A decoder does one thing at a time: making a clip and classifying have their own, so that no picture waits.
    """

    settings: Settings
    engine: Engine
    archive: Archive
    queue: FrameQueue
    decoder: Decoder
    clip_decoder: Decoder
    classify_decoder: Decoder

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
    def desk(self) -> Desk:
        """Where files go that come through a door."""
        told = self.settings
        return Desk(
            intake=self.intake, limit_bytes=told.upload_limit_mb * 1_000_000, held_bytes=told.held_mb * 1_000_000
        )

    @cached_property
    def doors(self) -> Doors:
        """The trail-camera doors that the settings switch on."""
        told = self.settings
        first, _, last = told.ftp_passive_ports.partition("-")
        return Doors(
            host=told.doors_host,
            ftp_port=told.ftp_port,
            ftps_port=told.ftps_port,
            passive=range(int(first), int(last) + 1) if first else range(0),
            address=told.ftp_address,
            certificate=told.doors_certificate,
            key=told.doors_key,
            folder=told.drop_folder,
            smtp_port=told.smtp_port,
            smtp_to=told.smtp_to.replace(",", " ").split(),
            mail_bytes=told.mail_limit_mb * 1_000_000,
            mailbox=self._mailbox,
        )

    @property
    def _mailbox(self) -> "Mailbox | None":
        """The mailbox that is read; None: none."""
        told = self.settings
        if not told.imap_url:
            return None
        from ingest.mailbox_door import Mailbox

        return Mailbox(
            url=told.imap_url, user=told.imap_user, password=told.imap_password.get_secret_value(),
            move_to=told.imap_move_to, authorities=told.imap_authorities, every_s=float(told.imap_every_s),
        )  # fmt: skip

    @cached_property
    def bundles(self) -> Bundles:
        """The model versions as they lie on this machine."""
        return Bundles(self.data_dir, (self.settings.model, SHIPPED / "default", SHIPPED / "demo"))

    @cached_property
    def detectors(self) -> "Detectors":
        """The model versions, opened when first used."""
        return Detectors(self.engine, self.bundles)

    @cached_property
    def demo_year(self) -> "DemoYear":
        """The simulated year, where it is there."""
        from api.demo_year import DemoYear

        return DemoYear(self.data_dir, wanted=self.settings.demo_year)

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
    def default_detector(self) -> "Opened":
        """The default bundle's detector, for `classify`."""
        from model import opening

        return opening.detector(self.default_bundle)

    @cached_property
    def secret(self) -> bytes:
        """What webhooks are signed with: the setting, or a key that was made once and kept in the data folder."""
        said = self.settings.secret_key.get_secret_value()
        return said.encode() if said else _kept_secret(self.data_dir / "secret.key")


class Detectors:
    """Model versions by sha256, each loaded once. Threads may share it."""

    def __init__(self, engine: Engine, bundles: Bundles) -> None:
        self.engine, self.bundles = engine, bundles
        self._open: dict[str, Detector[Any]] = {}
        self._faults: dict[str, tuple[float, ModelError]] = {}
        self._lock = threading.Lock()

    def get(self, sha256: str) -> "Detector[Any]":
        """Raises ModelUnknown, BundleMalformed, BundleFileChanged, or ModelError where the network does not load."""
        if sha256 in self._open:
            return self._open[sha256]  # not held up by another version that is being loaded
        with self._lock:
            if sha256 in self._open:
                return self._open[sha256]
            at, fault = self._faults.get(sha256, (-FAULT_HOLDS_S, None))
            if fault is not None and time.monotonic() - at < FAULT_HOLDS_S:
                raise fault.with_traceback(None)
            try:
                self._open[sha256] = self._load(sha256)
            except ModelError as fault:
                self._faults[sha256] = time.monotonic(), fault
                raise
            return self._open[sha256]

    def bundle(self, sha256: str) -> "Bundle":
        """A version as it lies here, checked whole. Raises ModelUnknown, BundleMalformed, BundleFileChanged."""
        with reading(self.engine) as session:
            row = session.get(tables.ModelVersion, sha256)
        if row is None:
            raise ModelUnknown(f"no model version {sha256[:12]}… is known: `bearwatch model list` shows them")
        return self.bundles.find(row)

    def _load(self, sha256: str) -> "Detector[Any]":
        from model import opening

        bundle = self.bundle(sha256)
        try:
            return opening.detector(bundle)
        except ModelError:
            raise
        except Exception as fault:
            raise ModelError(
                f"{bundle.folder} is whole, but its network does not load ({type(fault).__name__}: {fault}): "
                "look whether OpenVINO is installed as constraints.txt has it"
            ) from fault


@contextmanager
def opened(settings: Settings) -> Iterator[System]:
    """The parts, with the database at head; everything is closed at the end.

    On SQLite a missing or older database is brought to head, after a copy of a filled one. On PostgreSQL
    DatabaseIsBehind is raised instead.
    """
    logs.quiet()
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise SettingMalformed(
            f"BEARWATCH_DATA_DIR: {settings.data_dir} cannot be made ({fault.strerror}): name another folder"
        ) from None
    engine = make_engine(settings.database)
    decoders = Decoder(), Decoder(), Decoder()
    try:
        bring_to_head(engine, settings)
        yield System(
            settings=settings,
            engine=engine,
            archive=FolderArchive(settings.data_dir / "archive"),
            queue=TableQueue(engine),
            decoder=decoders[0],
            clip_decoder=decoders[1],
            classify_decoder=decoders[2],
        )
    finally:
        for decoder in decoders:
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


def register(system: System, session: Session, bundle: "Bundle", at: datetime) -> tables.ModelVersion:
    """Make a bundle known as a model version; from now on it is opened from its copy in the data folder."""
    kept = system.bundles.keep(bundle)
    return models.add(
        session, sha256=kept.sha256, name=kept.name, path=str(kept.folder), labels=list(kept.labels),
        threshold=kept.threshold, now=at,
    )  # fmt: skip


def register_default(system: System) -> str:
    """Make the default bundle known, where it is not; gives its sha256."""
    bundle = system.default_bundle
    with transaction(system.engine) as session:
        return register(system, session, bundle, now()).sha256


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
