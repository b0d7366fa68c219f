"""The park: its sites, cameras, receivers and duty chains. What leaves park.toml is retired, not deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Word
from store.tables.root import Table
from store.vocabulary import Audience, CameraKind


class Park(Table):
    """One installation; exactly one row."""

    __tablename__ = "park"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    time_zone: Mapped[str] = mapped_column(String(64))
    heartbeat: Mapped[str | None] = mapped_column(Text)
    objective: Mapped[dict[str, Any]]
    exit: Mapped[dict[str, Any]]
    training: Mapped[dict[str, Any]] = mapped_column(default=dict)  # which labelled pictures the next training uses
    storage: Mapped[dict[str, Any]] = mapped_column(default=dict)  # budgets for each kind of evidence
    camera_networks: Mapped[list[str]] = mapped_column(default=list)  # this machine's own, where cameras may be
    pictures_leave: Mapped[bool] = mapped_column(default=False)  # with requests and warnings
    blur_people: Mapped[bool] = mapped_column(default=True)  # in what leaves
    alarm_hours: Mapped[float] = mapped_column(default=24.0, server_default="24")  # then an alarm nobody took climbs
    match_minutes: Mapped[int] = mapped_column(
        default=30, server_default="30"
    )  # a visit and a sighting: one, at most
    trust: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # [park.trust] of park.toml
    demo: Mapped[bool] = mapped_column(default=False)
    timelapse_seed: Mapped[int] = mapped_column(default=0, server_default="0")  # 0: none was made yet


class Site(Table):
    """A place with people to protect."""

    __tablename__ = "site"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    time_zone: Mapped[str] = mapped_column(String(64))
    latitude: Mapped[float]
    longitude: Mapped[float]
    sensitive: Mapped[bool] = mapped_column(default=False)
    retired_at: Mapped[datetime | None]


class Camera(Table):
    """A fixed view at a site. group: cameras that see the same animals share one; default itself."""

    __tablename__ = "camera"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    kind: Mapped[CameraKind] = mapped_column(Word(CameraKind))
    url: Mapped[str | None] = mapped_column(Text)
    watch_url: Mapped[str | None] = mapped_column(Text)  # a smaller stream that is watched instead; url is recorded
    transport: Mapped[str] = mapped_column(String(3), default="tcp", server_default="tcp")
    group_id: Mapped[str] = mapped_column(ForeignKey("camera_group.id"), index=True)
    time_zone: Mapped[str | None] = mapped_column(String(64))  # of its clock; None: its site's
    recognise: Mapped[dict[str, Any]] = mapped_column(default=dict)  # [camera.recognise] of park.toml
    latitude: Mapped[float | None]  # where it stands, for the sketch of a site; None: nobody has said
    longitude: Mapped[float | None]
    known_clip: Mapped[str | None] = mapped_column(Text)  # a file with a bear that is played as a test
    retired_at: Mapped[datetime | None]


class CameraGroup(Table):
    """Cameras that see the same animals. Its row is locked while a frame of it is decided."""

    __tablename__ = "camera_group"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)


class CameraKey(Table):
    """A key by which a camera hands frames in over HTTP; only its hash is kept."""

    __tablename__ = "camera_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class CameraStatus(Table):
    """What the watcher last knew of a camera, by the server's clock."""

    __tablename__ = "camera_status"

    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"), primary_key=True)
    last_seen_at: Mapped[datetime | None]  # the source gave a picture, kept or not
    last_frame_at: Mapped[datetime | None]  # a frame was kept
    latest_sha256: Mapped[str | None] = mapped_column(String(64))
    fault: Mapped[str | None] = mapped_column(Text)
    fault_since: Mapped[datetime | None]
    clock_offset_s: Mapped[float | None]  # ahead of ours, measured over its last pictures; None: unknown
    expected_since: Mapped[
        datetime | None
    ]  # it has been waited for since then; silence counts from here at the latest
    patience_s: Mapped[float | None]  # learned of a trail camera; None: its kind's own
    streaks: Mapped[dict[str, Any]] = mapped_column(default=dict)  # how long each fault has been seen, or not seen


class Receiver(Table):
    """Somebody or something that notices go to."""

    __tablename__ = "receiver"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    audience: Mapped[Audience] = mapped_column(Word(Audience))
    url: Mapped[str] = mapped_column(Text)
    second: Mapped[str | None] = mapped_column(String(40))
    hours: Mapped[str | None] = mapped_column(String(20))
    reports: Mapped[bool] = mapped_column(default=False, server_default=false())  # gets the weekly report
    retired_at: Mapped[datetime | None]


class Duty(Table):
    """Who is on at which hours, and the chain that a request climbs."""

    __tablename__ = "duty"
    __table_args__ = (Index("ix_duty_site_position", "site_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    position: Mapped[int]
    hours: Mapped[str | None] = mapped_column(String(20))
    chain: Mapped[list[Any]]  # [{"receivers": [id], "after_minutes": n}]
    retired_at: Mapped[datetime | None]


class ModelVersion(Table):
    """An immutable bundle, named by its sha256."""

    __tablename__ = "model_version"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    path: Mapped[str] = mapped_column(Text)
    labels: Mapped[list[str]]
    threshold: Mapped[float]
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
