"""`bearwatch`: every command, in the order in which a park meets them."""

import os
import sys

import typer

from api.cli import (
    alarms,
    auditing,
    backtesting,
    evidence,
    held,
    incidents,
    keys,
    knowing,
    looking,
    models,
    parks,
    quiet,
    referring,
    reporting,
    rules,
    running,
    simulating,
    watch_log,
)
from api.cli.printing import failed
from store.errors import BearwatchError, NotSignedIn, SettingMalformed, WeekMalformed

app = typer.Typer(
    name="bearwatch", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Watches campsite cameras for bears and rolls its model out in stages, on evidence.",
)  # fmt: skip
running.add_to(app)
parks.add_to(app)
keys.add_to(app)
held.add_to(app)
looking.add_to(app)
backtesting.add_to(app)
quiet.add_to(app)
knowing.add_to(app)
rules.add_to(app)
auditing.add_to(app)
models.add_to(app)
evidence.add_to(app)
simulating.add_to(app)
watch_log.add_to(app)
reporting.add_to(app)
alarms.add_to(app)
referring.add_to(app)
incidents.add_to(app)

WRONG_USE = (SettingMalformed, NotSignedIn, WeekMalformed)


def main() -> None:
    """Run a command. Exit: 0 done, 1 the answer is no, 2 wrong use."""
    try:
        app()
    except BearwatchError as fault:
        failed(fault)
        sys.exit(2 if isinstance(fault, WRONG_USE) else 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
