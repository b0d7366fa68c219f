"""Classify an upload: what is in one picture or clip."""

from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile

from api import classification
from api.dependencies import Anyone, SystemDep
from api.schemas.frames import ClassifiedOut
from store.errors import TooLarge

router = APIRouter(tags=["classify"])


@router.post("/classify")
def classify(
    request: Request, file: Annotated[UploadFile, File()], _who: Anyone, parts: SystemDep
) -> ClassifiedOut:  # fmt: skip
    """Label, probabilities, boxes; an error is a field of the answer, as on the command line."""
    if (file.size or 0) > parts.settings.upload_limit_mb * 1_000_000:
        raise TooLarge(f"the file is larger than {parts.settings.upload_limit_mb} MB: send a smaller one")
    leave = request.app.state.classifying.enter()
    try:
        return classification.of_upload(parts, file.file, file.filename or "upload")
    finally:
        leave()
