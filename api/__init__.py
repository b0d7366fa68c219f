"""The doors: HTTP, command line, settings and wiring. Holds no business rules."""
