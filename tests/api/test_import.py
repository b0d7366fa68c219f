"""What the serving processes must not load."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["api.main", "api.cli.main", "api.processes", "ingest.watch", "rollout.worker"])
def test_serving_loads_neither_training_nor_decoders(module: str) -> None:
    code = f"import sys, {module}; print({{'torch', 'fastai', 'cv2', 'av', 'torchvision'}} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"


def test_help_loads_little() -> None:
    code = "import sys, api.cli.main; print({'sqlalchemy', 'fastapi', 'openvino', 'streamlit'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
