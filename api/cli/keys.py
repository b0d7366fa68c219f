"""`user`, `token`, `key`: who and what may come in. Secrets are shown once."""

import sys
from typing import Annotated

import typer

from api.cli.printing import Json, as_json, say
from store.vocabulary import Role


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for name, told, command in (
        ("user", "People who may sign in.", user_add),
        ("token", "Tokens for programs that act for a person.", token_add),
        ("key", "Keys with which cameras hand frames in.", key_add),
    ):
        group = typer.Typer(no_args_is_help=True, help=told)
        group.command("add")(command)
        group.callback()(_group)
        app.add_typer(group, name=name, help=told)


def _group() -> None:
    pass


def user_add(
    name: str,
    role: Annotated[Role, typer.Option(help="What they may do.")],
    site: Annotated[list[str] | None, typer.Option(help="Limit to this site; more than once for more.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    json: Json = False,
) -> None:
    """Add a person. Without --password-stdin a first password is made, to be changed at the first sign-in."""
    import secrets

    from api import auth, settings, wiring
    from store.session import transaction

    password = sys.stdin.readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(9)
    with wiring.opened(settings.read()) as system, transaction(system.engine) as session:
        auth.add_person(
            session, name=name, role=role, sites=site or [], password=password, must_change=not password_stdin,
            by="command line", now=wiring.now(),
        )  # fmt: skip
    shown = {} if password_stdin else {"first_password": password}
    if json:
        as_json({"name": name, "role": role.value, "sites": site or [], **shown})
        return
    say(f"{name} is {role.value}" + (f" at {', '.join(site)}" if site else ""))
    if shown:
        say(f"first password, shown once, to be changed at the first sign-in: {password}")


def token_add(name: str, json: Json = False) -> None:
    """Make a token for a program that acts for NAME."""
    from api import auth, settings, wiring
    from store.session import transaction

    with wiring.opened(settings.read()) as system, transaction(system.engine) as session:
        token = auth.add_token(session, name, wiring.now())
    if json:
        as_json({"token": token})
    else:
        say(f"shown once: {token}")


def key_add(
    camera: Annotated[str, typer.Option(help="The camera that will use the key.")], json: Json = False
) -> None:
    """Make a key for a camera."""
    from api import auth, settings, wiring
    from store.session import transaction

    with wiring.opened(settings.read()) as system, transaction(system.engine) as session:
        key = auth.add_key(session, camera, wiring.now())
    if json:
        as_json({"key": key})
    else:
        say(f"shown once: {key}")
