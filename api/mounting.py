"""The dashboard as an ASGI application, set up for one process behind our own sign-in."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[1] / "dashboard" / "main.py"

OPTIONS: Mapping[str, object] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxUploadSize": 64,
    "theme.base": "dark",
    "theme.primaryColor": "#2f7d5b",
    "theme.backgroundColor": "#12171a",
    "theme.secondaryBackgroundColor": "#1b2326",
    "theme.textColor": "#e8ecea",
    "theme.linkColor": "#9bd3ff",
    "theme.borderColor": "#4b5a54",
    "theme.baseRadius": "8px",
    "theme.redColor": "#ff6b60",
    "theme.font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
}
"""Dark for the night; nothing is told to anybody outside; a fault shows no code."""


def make(internal_url: str) -> Any:
    """Streamlit's application; one of it may live in a process. internal_url: where its pages reach the API."""
    os.environ["BEARWATCH_INTERNAL_URL"] = internal_url
    import streamlit as st
    from streamlit import config

    app = st.App(SCRIPT)
    for name, value in OPTIONS.items():
        config.set_option(name, value)
    return app
