"""Settings of one district, from the environment (ZUZHILI_…) and zuzhili.toml; the environment wins."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from rulebooks.loader import schemes
from schemas.errors import ClearError


class SettingsError(ClearError):
    """A setting that is missing or contradicts another; the message says which, and what to set."""


class Settings(BaseSettings):
    """Where a district's data comes from and goes to. Every path may be relative to the working directory.

    `inbox` is a folder, or an address that fsspec knows (s3://bucket/inbox), which is mirrored below `mirror` before
    it is read; files that are younger than `settle_seconds` are looked at twice, for they may still be being written.
    `lists` is where work lists are written as workbooks. `platform_url` names a source of platform events that is read
    at intake beside the inbox: an HTTP API where it begins with http:// or https:// (`platform_token` is its bearer
    token), else the SQL table `platform_table`.
    """

    model_config = SettingsConfigDict(env_prefix="ZUZHILI_", toml_file="zuzhili.toml", extra="forbid")

    district: str = "local"
    scheme: str = ""
    inbox: Annotated[str, BeforeValidator(str)] = "inbox"
    mirror: Path = Path("var/mirror")
    settle_seconds: float = Field(2.0, ge=0, le=600)
    lake: str = "var/lake"
    reports: Path = Path("var/reports")
    receipts: Path = Path("var/receipts")
    lists: Path = Path("var/lists")
    warehouse_url: SecretStr = SecretStr("sqlite:///var/warehouse.db")
    platform_url: SecretStr | None = None
    platform_table: str = "platform_events"
    platform_token: SecretStr | None = None
    rulebooks: Path | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments before the environment before zuzhili.toml."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @cached_property
    def scheme_code(self) -> str:
        """The assessment system: the one set, or the only one there is. Raises SettingsError where that is unclear."""
        known = schemes(self.rulebooks)
        if self.scheme in known or (not self.scheme and len(known) == 1):
            return self.scheme or known[0]
        asked = f"没有考核体系“{self.scheme}”" if self.scheme else "有多个考核体系，请用--scheme或ZUZHILI_SCHEME指明"
        raise SettingsError(f"{asked}。现有：{'、'.join(known) or '无'}")


def settings_for(**asked: str) -> Settings:
    """The settings, with what was asked for in place of what is set; empty means nothing was asked for.

    Raises SettingsError naming each setting that cannot be read.
    """
    try:
        return Settings(**{name: value for name, value in asked.items() if value})  # type: ignore[arg-type]
    except ValidationError as error:
        faults = "；".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise SettingsError(f"设置有误（环境变量ZUZHILI_…或zuzhili.toml）：{faults}") from None
    except TOMLDecodeError as error:
        raise SettingsError(f"zuzhili.toml不是TOML格式：{error}") from None
