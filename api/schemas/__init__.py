"""The shapes that go over HTTP: what programs and the dashboard rely on. Fields are added, never renamed."""
