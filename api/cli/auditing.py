"""`audit`: the chain of changes, here or in a file that was taken from it."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.printing import Json, as_json, say


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    audit = typer.Typer(no_args_is_help=True, help="The chain of changes.")
    audit.command("verify")(verify)
    audit.command("export")(export)
    app.add_typer(audit, name="audit", help="The chain of changes.")


def verify(
    file: Annotated[Path | None, typer.Argument(help="A download of it, .jsonl or .csv. None: the database.")] = None,
    part: Annotated[bool, typer.Option("--part", help="The download was filtered: entries may lack.")] = False,
    json: Json = False,
) -> None:
    """Check the audit chain from its start to its head; a FILE without a database and offline."""
    from api import audit_file, settings, wiring
    from store import audit
    from store.session import reading

    if file is not None:
        state = audit_file.verify(file, part=part)
    else:
        with wiring.opened(settings.read()) as system, reading(system.engine) as session:
            state = audit.verify(session)
    if json:
        as_json(vars(state))
    else:
        say(state.says + (f"; the last is {state.last}, its hash {state.head}" if state.ok else ""))
    if not state.ok:
        raise typer.Exit(1)


def export(file: Annotated[Path, typer.Argument(help="To write: .jsonl or .csv.")], json: Json = False) -> None:
    """Write the whole chain to FILE, which `audit verify FILE` checks anywhere."""
    from api import audit_file, settings, wiring
    from store.audit import Wanted
    from store.errors import AuditFileMalformed

    kinds = {".jsonl": audit_file.lines, ".csv": audit_file.rows}
    if file.suffix.lower() not in kinds:
        raise AuditFileMalformed(f"{file}: its name must end in .jsonl or .csv")
    with wiring.opened(settings.read()) as system:
        try:
            with file.open("w", encoding="utf-8", newline="") as opened:
                opened.writelines(kinds[file.suffix.lower()](system.engine, Wanted()))
        except OSError as fault:
            raise AuditFileMalformed(f"{file} cannot be written ({fault.strerror}): check the path") from None
    state = audit_file.verify(file)
    if json:
        as_json({"file": str(file)} | vars(state))
    else:
        say(f"{file}: {state.says}; the last is {state.last}, its hash {state.head}")
