"""Every setting, read once from the environment (`ROLLKOLL_…`) and `.env`, and handed down."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError
from assistant.rerank import PACKAGED as PACKAGED_RERANKER
from ingest.embed import PACKAGED


class Settings(BaseSettings):
    """Paths are relative to the working directory; times in seconds."""

    model_config = SettingsConfigDict(env_prefix="ROLLKOLL_", env_file=".env", extra="ignore", frozen=True)

    documents: Path = Path("documents")
    index: Path = Path(".rollkoll/index")
    data: Path = Path(".rollkoll")  # feedback and what the chat writes
    embedding_model: str = PACKAGED
    reranker: str = PACKAGED_RERANKER  # or a CrossEncoder by name or path; `ingen`: none
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    model_url: str = ""  # an OpenAI-compatible endpoint; empty: answers are made without a language model
    model_name: str = ""
    model_key: SecretStr = SecretStr("none")
    model_timeout: Annotated[float, Field(gt=0, le=120)] = 15.0


def read_settings() -> Settings:
    """Read the settings. Raises SettingsError naming the setting."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "ROLLKOLL_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"Inställningen {name} är fel: {first['msg']}. Rätta den i miljön eller i .env.") from error
