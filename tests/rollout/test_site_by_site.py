"""What the clock does at each site: one that fails is named at the end, and keeps none of the others."""

import pytest

from rollout import site_by_site
from store import tables
from store.errors import LooksNotDrawn
from store.session import Engine, transaction


def test_a_site_that_fails_is_named_after_the_others_are_done(engine: Engine) -> None:
    with transaction(engine) as session:
        session.add(tables.Site(id="zebra", name="Z", time_zone="UTC", latitude=44.0, longitude=-110.0))
        session.add(tables.Site(id="broken", name="B", time_zone="UTC", latitude=44.0, longitude=-110.0))
    seen = list[str]()

    def work(site: str) -> int:
        seen.append(site)
        if site == "broken":
            raise ValueError("no hours")
        return 1

    with pytest.raises(LooksNotDrawn, match="broken: the log says why"):
        site_by_site.each(
            engine, work, event="x.failed", fault=lambda told: LooksNotDrawn(f"{told}: the log says why")
        )
    assert sorted(seen) == ["broken", "camp", "zebra"]
