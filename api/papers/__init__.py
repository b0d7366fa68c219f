"""Papers: the weekly report drawn from its JSON alone, as a page (HTML) and as a sheet (PDF)."""

from api.papers.page import html
from api.papers.sheet import pdf

__all__ = ["html", "pdf"]
