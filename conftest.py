"""What pytest must not import on its search for doctests: modules that load PyTorch or GStreamer."""

TRAINING = ("architectures", "base", "checkpoints", "halves", "learning", "pictures", "second", "vocabulary")
collect_ignore = [
    *(
        f"model/{name}.py"
        for name in (
            "converting",
            "demo_training",
            "export",
            "recipes",
            "recovered",
            "traced",
            "train",
            "twins",
            "vision",
        )
    ),
    *(f"model/training/{name}.py" for name in (*TRAINING, "drawings")),
    "tests/ingest/rtsp_camera.py",  # run by the system's own Python, which has GStreamer
]
