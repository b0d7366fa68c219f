"""Settings: read once at the door from the environment or .env, and passed inward as values."""

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from store.errors import SettingMalformed

SHIPPED = Path(__file__).parents[1] / "model" / "bundles"


class Settings(BaseSettings):
    """Each is BEARWATCH_<NAME> in the environment. docs/operators.md says what each is for."""

    model_config = SettingsConfigDict(env_prefix="BEARWATCH_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Path("var")
    database_url: str = ""
    queue_url: str = ""
    model: Path = SHIPPED / "default"
    secret_key: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    upload_limit_mb: int = Field(default=64, ge=1)
    uploads_a_minute: int = Field(default=600, ge=1)
    disk_floor_mb: int = Field(default=500, ge=0)
    cache_mb: int = Field(default=500, ge=0)
    demo_year: bool = True
    timelapse_hours: int = Field(default=2, ge=0, le=24)
    doors_host: str = "127.0.0.1"
    ftp_port: int = Field(default=0, ge=0, le=65535)
    ftps_port: int = Field(default=0, ge=0, le=65535)
    ftp_passive_ports: str = Field(default="", pattern=r"^(\d{1,5}-\d{1,5})?$")
    ftp_address: str = ""
    doors_certificate: Path | None = None
    doors_key: Path | None = None
    smtp_port: int = Field(default=0, ge=0, le=65535)
    smtp_to: str = ""
    mail_limit_mb: int = Field(default=25, ge=1)
    imap_url: str = ""
    imap_user: str = ""
    imap_password: SecretStr = SecretStr("")
    imap_move_to: str = ""
    imap_authorities: Path | None = None
    imap_every_s: int = Field(default=30, ge=5)
    drop_folder: Path | None = None
    held_mb: int = Field(default=1000, ge=1)
    image_search_key: SecretStr = SecretStr("")
    training_dir: Path | None = None
    runs_dir: Path | None = None

    @property
    def database(self) -> str:
        """The database's address; SQLite in the data folder where none is named."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'bearwatch.db'}"

    @property
    def training(self) -> Path:
        """Where training folders lie; the Cleaner changes nothing outside of it."""
        return (self.training_dir or self.data_dir / "training").absolute()

    @property
    def runs(self) -> Path:
        """Where trainings leave their run folders."""
        return (self.runs_dir or self.data_dir / "runs").absolute()


def read() -> Settings:
    """Read the settings. Raises SettingMalformed naming the variable and what is wrong with it."""
    try:
        settings = Settings()
    except ValidationError as fault:
        first = fault.errors()[0]
        name = f"BEARWATCH_{'_'.join(str(part) for part in first['loc']).upper()}"
        raise SettingMalformed(f"{name}: {first['msg']}") from None
    if settings.queue_url:
        raise SettingMalformed(
            "BEARWATCH_QUEUE_URL: only the database's own queue is known to this version: unset it"
        )
    return settings
