"""The dashboard: Streamlit views over the HTTP API. It draws and asks; it never decides and sees no database."""
