"""Benchmarks: one figure a file, each a ratio against a peer or a limit measured in the same run."""
