"""Site camp, ready to propose at."""

from collections.abc import Iterator

import pytest

from rollout import proposals
from store import park, tables
from store.session import Engine, transaction
from store.vocabulary import Audience
from tests.rollout.proposing import ANN, BOB, EVE, MODEL, NOW


@pytest.fixture
def site(engine: Engine) -> Iterator[Engine]:
    """Site camp in shadow by its first rule, with three people, a receiver and duty all day."""
    with transaction(engine) as session:
        for actor in (ANN, BOB, EVE):
            session.add(
                tables.Person(
                    id=actor.id, name=actor.name, role=actor.role, sites=[], password_hash="x", created_at=NOW
                )
            )
        session.add(tables.Receiver(id="team", site_id="camp", audience=Audience.RANGERS, url="folder:outbox"))
        chain = [{"receivers": ["team"], "after_minutes": 0}]
        session.add(tables.Duty(site_id="camp", position=0, hours=None, chain=chain))
        session.flush()
        proposals.first_rule(session, park.site(session, "camp"), model=MODEL, now=NOW)
    yield engine
