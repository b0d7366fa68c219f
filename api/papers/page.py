"""The page: a report as one HTML file that needs nothing else and no script; for a phone, in the dark, on paper.

Every word is escaped; only our own style and pictures, which `strokes` escaped, are not escaped again.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.papers.paper import paper

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)  # fmt: skip
"""What a browser may do with the page: nothing but draw it."""


def html(told: Mapping[str, Any]) -> str:
    """The report. The same JSON gives the same page."""
    return TEMPLATE.render(paper=paper(told), style=STYLE)


ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
TEMPLATE = ENVIRONMENT.get_template("page.html.jinja")
STYLE = (HERE / "page.css").read_text()
