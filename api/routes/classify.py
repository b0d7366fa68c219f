"""Classify an upload: what is in one picture or clip."""

from typing import Annotated

from fastapi import APIRouter, File, UploadFile

from api import classification
from api.dependencies import Anyone, SystemDep
from api.schemas.frames import ClassifiedOut
from store.errors import TooLarge

router = APIRouter(tags=["classify"])


@router.post("/classify")
def classify(file: Annotated[UploadFile, File()], _who: Anyone, parts: SystemDep) -> ClassifiedOut:
    """Label, probabilities, boxes; an error is a field of the answer, as on the command line."""
    data = file.file.read()
    if len(data) > parts.settings.upload_limit_mb * 1_000_000:
        raise TooLarge(f"the file is larger than {parts.settings.upload_limit_mb} MB: send a smaller one")
    return classification.of_bytes(parts, data, file.filename or "upload")
