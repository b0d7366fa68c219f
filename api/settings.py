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

    @property
    def database(self) -> str:
        """The database's address; SQLite in the data folder where none is named."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'bearwatch.db'}"


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
