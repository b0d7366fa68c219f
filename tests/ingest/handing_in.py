"""A door that accepts pictures for ever and prints each answer: killed by test_arrivals.py.

python handing_in.py DATABASE_URL ARCHIVE
"""

import itertools
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from ingest.arrivals import accept_upload
from ingest.intake import Intake
from store.archive import FolderArchive
from store.session import make_engine
from tests.ingest.drawings import encoded, landscape

if __name__ == "__main__":
    folder = Path(sys.argv[2])
    intake = Intake(
        engine=make_engine(sys.argv[1]), archive=FolderArchive(folder), data_dir=folder.parent, disk_floor_bytes=0
    )
    for number in itertools.count():
        accepted = accept_upload(
            intake, camera="creek", data=encoded(landscape(seed=number)), stated_at=None, now=datetime.now(UTC)
        )
        sys.stdout.write(f"{accepted.frame} {accepted.sha256} .\n")
        sys.stdout.flush()
