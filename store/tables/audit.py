"""The audit chain: changes by people and automation, append-only, each bound to the one before."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.root import Table


class AuditEntry(Table):
    """One change. number counts from 1 without gaps; hash covers everything here and the hash before."""

    __tablename__ = "audit_entry"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(160), index=True)
    says: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]]
    before: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Table):
    """The end of the chain; one row, locked by whoever appends."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class ProcessBeat(Table):
    """A process of ours that was alive at this moment."""

    __tablename__ = "process_beat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    pid: Mapped[int]
    at: Mapped[datetime]
    says: Mapped[str | None] = mapped_column(Text)
