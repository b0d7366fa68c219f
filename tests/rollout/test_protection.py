"""What a site says of its protection is true without any process; on both databases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rollout import protection
from store import tables
from store.errors import NotAllowedNow
from store.session import Engine, reading, transaction
from tests.rollout.proposing import ANN, BOB, NOW, lift, safe, stop, told, widened

MIDNIGHT = datetime(2026, 11, 27, 7, tzinfo=UTC)
"""At the site, at the end of the last day."""

LAST = {"last_day": "2026-11-26"}


def test_a_rule_past_its_last_day_protects_nobody_though_no_clock_ran(site: Engine) -> None:
    widened(site, **LAST)
    assert safe(site, MIDNIGHT - timedelta(seconds=1)).protected
    after = safe(site, MIDNIGHT)
    assert not after.protected
    assert "NOT protected by the model: the last day of this live rule, 2026-11-26, has passed" in after.says


def test_somebody_may_take_the_watch_after_the_last_day_though_no_clock_ran(site: Engine) -> None:
    widened(site, **LAST)
    with transaction(site) as session:
        taken = protection.accept(session, "camp", by=ANN, now=MIDNIGHT)
    assert "manual watch taken by ann" in taken.says


def test_where_the_model_protects_there_is_no_watch_to_take(site: Engine) -> None:
    widened(site)
    with pytest.raises(NotAllowedNow, match="nothing to accept"), transaction(site) as session:
        protection.accept(session, "camp", by=ANN, now=NOW)


def test_lifting_a_stop_after_the_last_day_does_not_say_protected(site: Engine, tmp_path: Path) -> None:
    widened(site, **LAST)
    stop(site)
    lift(site, tmp_path, ANN, now=MIDNIGHT)
    lift(site, tmp_path, BOB, now=MIDNIGHT)
    assert not safe(site, MIDNIGHT).protected
    with reading(site) as session:
        assert not any("protected again" in says for says in told(session))


def test_a_site_whose_receivers_are_gone_is_not_protected(site: Engine) -> None:
    widened(site)
    with transaction(site) as session:
        session.get_one(tables.Receiver, "team").retired_at = NOW
    assert "NOT protected by the model: there is no receiver to warn" in safe(site).says
