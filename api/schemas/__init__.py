"""The shapes that go over HTTP."""
