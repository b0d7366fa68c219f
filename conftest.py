"""What pytest must not import on its search for doctests: modules that load PyTorch."""

collect_ignore = [f"model/{name}.py" for name in ("demo_training", "export", "recovered", "train", "vision")]
