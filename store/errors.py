"""Every error of the product. The docstring is the message; `detail` names the fault and the mend.

BearwatchError
├── StoreError
│   ├── NotFound                 404
│   ├── DatabaseIsBehind         migrate first
│   ├── DatabaseBusy             another process holds it
│   │   └── ChangesMet           another change went first
│   ├── DatabaseAway             it does not answer
│   ├── DatabaseFull             its disk has no room
│   ├── DiskNearlyFull           503 at the doors
│   ├── TextUnfit                422
│   ├── ArchiveFileMissing       404
│   │   └── PictureNotKept       410
│   ├── QueueStuck
│   └── LeaseLost
├── IngestError
│   ├── NotAPicture              415
│   ├── HeaderBroken             422
│   ├── TimeMalformed            422
│   ├── TooLarge                 413
│   ├── TooMany                  429
│   ├── Undecodable              a value in decisions, an error in commands
│   ├── SourceUnreachable
│   ├── AddressNotPublic
│   ├── DownloadFailed
│   ├── SearchFailed
│   ├── UnknownCamera
│   └── NotOurAddress
├── ModelError
│   ├── BundleMalformed
│   ├── BundleFileChanged
│   ├── ModelUnknown
│   ├── ConversionFailed
│   ├── TrainingDataUnusable
│   ├── BaseUnusable
│   ├── RunFolderUnusable
│   ├── TrainingFolderNotWritable
│   └── TrainingSetMissing
├── RolloutError
│   ├── RuleMalformed            422
│   ├── WeekMalformed            422
│   ├── WeeksMalformed           422
│   ├── WatchLogMalformed        422
│   ├── FootageUnusable          422
│   ├── NotAllowedNow            409
│   ├── ApprovalVoid             409
│   ├── ClaimedByAnother         409
│   ├── AlreadyDecided           409
│   ├── DeadlinesNotKept         the others were
│   ├── GuardrailsNotJudged      the others were
│   ├── ReportsNotMade           the others were
│   ├── IncidentsNotKept         those of the others were
│   ├── LooksNotDrawn            those of the others were
│   ├── EncountersNotProposed    those of the others were
│   ├── TooMuchMasked            409
│   ├── AuditChainBroken
│   └── AuditFileMalformed       422
├── PersonError
│   ├── NotSignedIn              401
│   ├── NotPermitted             403
│   ├── PasswordWrong            401
│   ├── PasswordUnfit            422
│   └── NameUnfit                422
└── ConfigurationError
    ├── ParkFileMalformed
    └── SettingMalformed
"""


class BearwatchError(Exception):
    """Bearwatch could not do this."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(detail or self.title())

    @classmethod
    def title(cls) -> str:
        """The one line that names the fault: the first line of the docstring."""
        return (cls.__doc__ or cls.__name__).strip().splitlines()[0]

    @classmethod
    def slug(cls) -> str:
        """The stable name used as `type` outside.

        >>> NotFound.slug()
        'not-found'
        """
        return "".join(f"-{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("-")


class StoreError(BearwatchError):
    """What should be remembered could not be."""


class NotFound(StoreError):
    """There is no such thing here."""


class DatabaseIsBehind(StoreError):
    """The database is older than this version of Bearwatch: run `bearwatch migrate`."""


class DatabaseBusy(StoreError):
    """The database is held by another process: try again in a moment."""


class ChangesMet(DatabaseBusy):
    """Two changes met in the database and this one gave way: try again."""


class DatabaseAway(StoreError):
    """The database does not answer, or its disk cannot be read or written."""


class DatabaseFull(StoreError):
    """The disk that holds the database is full: make room there."""


class TextUnfit(StoreError):
    """A text has a letter that a database cannot keep."""


class DiskNearlyFull(StoreError):
    """The disk is nearly full: new frames are refused until there is room."""


class ArchiveFileMissing(StoreError):
    """The archive has no file of this sha256."""


class PictureNotKept(ArchiveFileMissing):
    """The picture is no longer kept; what was decided on it is."""


class LeaseLost(StoreError):
    """The lease on this frame ran out and another worker has it."""


class QueueStuck(StoreError):
    """Frames wait and nobody decides them."""


class IngestError(BearwatchError):
    """A picture could not be taken in."""


class NotAPicture(IngestError):
    """This is neither a picture nor a clip."""


class HeaderBroken(IngestError):
    """The file's header is broken, so it cannot be a picture."""


class TimeMalformed(IngestError):
    """The stated time cannot be read."""


class TooLarge(IngestError):
    """The file is larger than the limit."""


class TooMany(IngestError):
    """Too many requests in a short time."""


class Undecodable(IngestError):
    """The file could not be decoded."""


class SourceUnreachable(IngestError):
    """The camera's source cannot be opened or read."""


class AddressNotPublic(IngestError):
    """The address is not on the public Internet."""


class DownloadFailed(IngestError):
    """The file could not be downloaded."""


class SearchFailed(IngestError):
    """The image search gave no pictures."""


class UnknownCamera(IngestError):
    """No camera of this name or key is known."""


class NotOurAddress(IngestError):
    """The mail is for an address that is not the park's."""


class ModelError(BearwatchError):
    """The model could not be used."""


class BundleMalformed(ModelError):
    """The bundle's manifest is not complete or not consistent."""


class BundleFileChanged(ModelError):
    """A file of the bundle is not the one its manifest names."""


class ModelUnknown(ModelError):
    """No model version of this name or sha256 is known."""


class ConversionFailed(ModelError):
    """No bundle could be made of this file."""


class TrainingDataUnusable(ModelError):
    """The labelled pictures cannot be used as they are."""


class BaseUnusable(ModelError):
    """There are no weights that this training can begin with."""


class RunFolderUnusable(ModelError):
    """This training cannot use this run folder."""


class TrainingFolderNotWritable(ModelError):
    """The training folder cannot be written."""


class TrainingSetMissing(ModelError):
    """Training needs the training extra: pip install 'bearwatch[training]'."""


class RolloutError(BearwatchError):
    """The rollout does not allow this."""


class RuleMalformed(RolloutError):
    """The rule has a field that is wrong or missing."""


class WeekMalformed(RolloutError):
    """This is no week of the calendar."""


class WeeksMalformed(RolloutError):
    """The numbers of the weeks cannot be weighed as they are."""


class WatchLogMalformed(RolloutError):
    """What was told of the manual watch cannot have been so."""


class FootageUnusable(RolloutError):
    """The footage or its labels cannot be used as they are."""


class NotAllowedNow(RolloutError):
    """This is not possible in the present state."""


class ApprovalVoid(RolloutError):
    """What was approved has changed since."""


class ClaimedByAnother(RolloutError):
    """Somebody else is answering this alert."""


class AlreadyDecided(RolloutError):
    """This alert has been decided already."""


class DeadlinesNotKept(RolloutError):
    """The deadlines of some alerts could not be kept."""


class GuardrailsNotJudged(RolloutError):
    """The guardrails of some sites could not be judged."""


class ReportsNotMade(RolloutError):
    """The weekly reports of some sites could not be made."""


class IncidentsNotKept(RolloutError):
    """The register of incidents of some sites could not be kept."""


class LooksNotDrawn(RolloutError):
    """The looks of some sites could not be drawn."""


class EncountersNotProposed(RolloutError):
    """What could be one encounter at some sites could not be proposed."""


class TooMuchMasked(RolloutError):
    """More than half of the view would not be watched."""


class AuditChainBroken(RolloutError):
    """The audit chain does not verify."""


class AuditFileMalformed(RolloutError):
    """The file is no download of the audit chain."""


class PersonError(BearwatchError):
    """The person may not do this."""


class NotSignedIn(PersonError):
    """Sign in first."""


class NotPermitted(PersonError):
    """Your role or your sites do not permit this."""


class PasswordWrong(PersonError):
    """Name or password is wrong."""


class PasswordUnfit(PersonError):
    """This cannot be a new password."""


class NameUnfit(PersonError):
    """This cannot be a person's name."""


class ConfigurationError(BearwatchError):
    """Bearwatch is not set up for this."""


class ParkFileMalformed(ConfigurationError):
    """park.toml has a fault; nothing of it was applied."""


class SettingMalformed(ConfigurationError):
    """A setting has a value that is not allowed."""
