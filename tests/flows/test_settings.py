"""Settings from the environment and zuzhili.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import Settings, SettingsError, settings_for


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ZUZHILI_{name.upper()}", raising=False)


def test_the_environment_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZUZHILI_DISTRICT", "east")
    monkeypatch.setenv("ZUZHILI_WAREHOUSE_URL", "postgresql://me:secret@db/zuzhili")
    settings = Settings()
    assert settings.district == "east"
    assert settings.warehouse_url.get_secret_value().endswith("@db/zuzhili")
    assert "secret" not in repr(settings)


def test_asked_for_wins_over_the_environment_and_that_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("zuzhili.toml").write_text('district = "file"\nlake = "from-file"\n', encoding="utf-8")
    assert settings_for().district == "file"
    monkeypatch.setenv("ZUZHILI_DISTRICT", "environment")
    assert (settings_for().district, settings_for().lake) == ("environment", "from-file")
    assert settings_for(district="asked", scheme="").district == "asked"


def test_the_inbox_may_be_a_folder_or_an_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert Settings().inbox == "inbox"
    assert Settings(inbox=tmp_path).inbox == str(tmp_path)  # type: ignore[arg-type]
    monkeypatch.setenv("ZUZHILI_INBOX", "s3://district/inbox")
    assert Settings().inbox == "s3://district/inbox"


def test_the_platforms_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZUZHILI_PLATFORM_TOKEN", "s3cret-token")
    assert "s3cret" not in repr(Settings())


def test_a_wait_that_is_too_long_or_negative_is_refused() -> None:
    for seconds in ("-1", "3600", "soon"):
        with pytest.raises(SettingsError, match="settle_seconds"):
            settings_for(settle_seconds=seconds)


def test_a_key_that_does_not_exist_is_named() -> None:
    Path("zuzhili.toml").write_text('distrikt = "typo"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="distrikt"):
        settings_for()
    Path("zuzhili.toml").write_text("district = \n", encoding="utf-8")
    with pytest.raises(SettingsError, match="TOML"):
        settings_for()


def test_the_only_rule_book_is_the_scheme_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rules/one").mkdir(parents=True)
    (tmp_path / "rules/one/scheme.yaml").touch()
    assert Settings(rulebooks=tmp_path / "rules").scheme_code == "one"
    with pytest.raises(SettingsError, match="one"):
        _ = Settings(rulebooks=tmp_path / "rules", scheme="two").scheme_code
    (tmp_path / "rules/two").mkdir()
    (tmp_path / "rules/two/scheme.yaml").touch()
    with pytest.raises(SettingsError, match="ZUZHILI_SCHEME"):
        _ = Settings(rulebooks=tmp_path / "rules").scheme_code
