"""The few plain pages of the API itself: sign in, sign out, a new password."""

from html import escape
from string import Template

from fastapi.responses import HTMLResponse

STYLE = """
:root{color-scheme:dark}*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#12171a;color:#e8ecea;
font:18px/1.5 system-ui,sans-serif;padding:16px}
main{width:100%;max-width:380px}h1{font-size:26px;margin:0 0 4px}p{margin:0 0 20px;color:#a9b5b0}
label{display:block;margin:14px 0 6px}
input{width:100%;font:inherit;padding:12px;border:1px solid #4b5a54;border-radius:8px;background:#1b2326;
color:inherit}
button{width:100%;font:inherit;font-weight:600;margin-top:22px;padding:14px;border:0;border-radius:8px;
background:#2f7d5b;color:#fff;cursor:pointer}
:focus-visible{outline:3px solid #9bd3ff;outline-offset:2px}
.fault{background:#5a1f1f;color:#ffe1de;padding:12px;border-radius:8px;margin:0 0 12px}a{color:#9bd3ff}
"""

PAGE = Template("""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>$title · Bearwatch</title>
<style>$style</style></head><body><main><h1>Bearwatch</h1><p>$park</p>$fault$body</main></body></html>""")

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def local(next_path: str) -> str:
    """A path of our own; anything else is the first page.

    >>> local("/review?alert=4"), local("//elsewhere.example"), local("https://elsewhere.example")
    ('/review?alert=4', '/', '/')
    """
    safe = next_path.startswith("/") and not next_path.startswith(("//", "/\\")) and "\n" not in next_path
    return next_path if safe else "/"


def sign_in(park: str, *, next: str, name: str = "", fault: str = "", status: int = 200) -> HTMLResponse:  # noqa: A002
    """The sign-in page."""
    focus = ("", "autofocus") if name else ("autofocus", "")
    body = f"""<form method="post" action="/sign-in"><input type="hidden" name="next" value="{escape(next)}">
<label for="name">Name</label>
<input id="name" name="name" value="{escape(name)}" autocomplete="username" autocapitalize="none" required {focus[0]}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required {focus[1]}>
<button>Sign in</button></form>"""
    return _page("Sign in", park, body, fault, status)


def sign_out(park: str, *, signed_in: bool) -> HTMLResponse:
    """The page to sign out on."""
    if not signed_in:
        return _page("Signed out", park, '<p>You are signed out. <a href="/sign-in">Sign in</a></p>')
    body = '<form method="post" action="/sign-out"><button>Sign out</button></form><p><a href="/">Back</a></p>'
    return _page("Sign out", park, body)


FIRST = (
    "The password you signed in with was made by somebody else and is good for one sign-in. "
    "Set one of your own; then the page that you wanted opens."
)


def password(
    park: str, *, next: str = "/", first: bool = False, fault: str = "", status: int = 200  # noqa: A002
) -> HTMLResponse:  # fmt: skip
    """The page to set one's own password on. first: the present one is that of an invitation."""
    fields = (
        ("old", "The first password, once more" if first else "Present password", "current-password"),
        ("new", "New password, at least 10 characters", "new-password"),
        ("again", "New password once more", "new-password"),
    )
    inputs = "".join(
        f'<label for="{name}">{label}</label>'
        f'<input id="{name}" name="{name}" type="password" autocomplete="{hint}" required>'
        for name, label, hint in fields
    )
    why = f"<p>{FIRST}</p>" if first else ""
    wanted = f'<input type="hidden" name="next" value="{escape(next)}">'
    body = f'{why}<form method="post" action="/password">{wanted}{inputs}<button>Set it</button></form>'
    return _page("New password", park, body, fault, status)


def _page(title: str, park: str, body: str, fault: str = "", status: int = 200) -> HTMLResponse:
    told = f'<div class="fault" role="alert">{escape(fault)}</div>' if fault else ""
    html = PAGE.substitute(title=title, style=STYLE, park=escape(park), fault=told, body=body)
    return HTMLResponse(html, status, HEADERS)
