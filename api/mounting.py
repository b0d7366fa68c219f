"""The dashboard as an ASGI application, set up for one process behind our own sign-in."""

import os
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[1] / "dashboard" / "main.py"

OPTIONS = {
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "client.showSidebarNavigation": False,
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "server.enableStaticServing": False,
    "server.maxUploadSize": 64,
    "server.enableXsrfProtection": True,
    "theme.base": "dark",
    "theme.primaryColor": "#2f7d5b",
    "theme.backgroundColor": "#12171a",
    "theme.secondaryBackgroundColor": "#1b2326",
    "theme.textColor": "#e8ecea",
}


def make(internal_url: str) -> Any:
    """Streamlit's application. internal_url: where its pages reach the API on this machine."""
    os.environ["BEARWATCH_INTERNAL_URL"] = internal_url
    import streamlit as st
    from streamlit import config

    for name, value in OPTIONS.items():
        config.set_option(name, value)
    return st.App(SCRIPT)
