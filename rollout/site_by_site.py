"""Site by site: what the clock does at each site; one that fails keeps none of the others."""

from collections.abc import Callable

import structlog

from store import park
from store.session import Engine, reading

log = structlog.get_logger()


def each(engine: Engine, work: Callable[[str], int], *, event: str, fault: Callable[[str], Exception]) -> int:
    """Do this at every site, by its id; gives the sum. event: what the log says where it fails.

    Raises what `fault` makes of the ids of the sites that failed, after the last one.
    """
    with reading(engine) as session:
        sites = [site.id for site in park.sites(session)]
    done, failed = 0, list[str]()
    for site in sites:
        try:
            done += work(site)
        except Exception:
            log.exception(event, site=site)
            failed.append(site)
    if failed:
        raise fault(", ".join(failed))
    return done
