"""`up`, and the four processes apart; `doctor`."""

from typing import Annotated

import typer

from api.cli.printing import Json, as_json, say

Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Else BEARWATCH_PORT, 8000.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("up")(up)
    for command in (web, watch, work, clock, doctor):
        app.command(command.__name__)(command)
    app.command("demo-year")(demo_year)


def up(
    demo: Annotated[bool, typer.Option("--demo", help="Bring a small park with running cameras.")] = False,
    port: Port = None,
) -> None:
    """Everything on this machine: web, watch, work and clock; one that dies is started again."""
    from api import processes

    raise typer.Exit(processes.up(demo=demo, port=port))


def web(port: Port = None) -> None:
    """The API and the dashboard."""
    from api import processes

    processes.web(port)


def watch() -> None:
    """Cameras to the queue."""
    from api import processes

    processes.watch()


def work() -> None:
    """The queue to decisions."""
    from api import processes

    processes.work()


def clock() -> None:
    """Notices, deadlines, and rules whose day has come."""
    from api import processes

    processes.clock()


def demo_year() -> None:
    """The simulated year of a demo park, as far as it is not made; `up --demo` does this by itself."""
    from api import processes

    processes.demo_year()


def doctor(json: Json = False) -> None:
    """Look at everything that must be right, and say the mend where it is not."""
    from api import readiness, settings, wiring

    with wiring.opened(settings.read()) as system:
        found = readiness.all_checks(system, wiring.now())
    if json:
        as_json({"checks": [vars(check) for check in found]})
    else:
        for check in found:
            mend = "" if check.ok else f"; {check.mend}"
            say(f"{'ok  ' if check.ok else 'BAD '} {check.name}: {check.says}{mend}")
    if not all(check.ok for check in found):
        raise typer.Exit(1)
