"""The dashboard as an ASGI application, to be mounted in the web process."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st
from streamlit import config

SCRIPT = Path(__file__).with_name("main.py")

PATHS = ("/", "/review", "/wall", "/sites", "/classify", "/people")
"""Every page there is."""

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


def make() -> st.App:
    """The application. One of it may live in a process."""
    app = st.App(SCRIPT)
    for name, value in OPTIONS.items():
        config.set_option(name, value)
    return app
