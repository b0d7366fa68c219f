"""A training folder and the run that was made of it, for the pages Clean and Label to look at."""

import json
from pathlib import Path

from PIL import Image

from ingest import footage

DRAWN = {"bear": ("creek", 12.0), "empty": ("creek", 60.0), "other_animal": ("trail", 12.0)}
EACH = 4


def make_run(data_dir: Path, name: str = "first") -> Path:
    """Four drawn pictures of each label; the higher the number, the worse the loss. Gives the training folder."""
    folder, run, rows = data_dir / "training" / "park", data_dir / "runs" / name, []
    for label, (scene, at_s) in DRAWN.items():
        (folder / label).mkdir(parents=True, exist_ok=True)
        for number in range(EACH):
            drawn = footage.render(scene, at_s + number / 10, seed=number, size=(640, 360))
            Image.fromarray(drawn).save(folder / label / f"{number}.jpg")
            wrong = next(other for other in DRAWN if other != label)
            rows.append({
                "file": f"{label}/{number}.jpg", "label": label, "part": "valid" if number % 2 else "train",
                "predicted": wrong, "loss": number + len(label) / 100, "p": 0.1,
                "probabilities": {wrong: 0.8765, label: 0.1},
            })  # fmt: skip
    run.mkdir(parents=True)
    (run / "used.json").write_text(json.dumps({"data": str(folder)}))
    (run / "losses.json").write_text(json.dumps(rows))
    return folder
