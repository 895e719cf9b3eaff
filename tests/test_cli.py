"""The command as a person and a script use it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.examples import examples
from tests.districts import EXAMPLE, ROOT, District


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    return {
        "ZUZHILI_DISTRICT": "cli",
        "ZUZHILI_SCHEME": "ganyu",
        "ZUZHILI_INBOX": str(EXAMPLE / "inbox"),
        "ZUZHILI_LAKE": str(tmp_path / "lake"),
        "ZUZHILI_REPORTS": str(tmp_path / "reports"),
        "ZUZHILI_RECEIPTS": str(tmp_path / "receipts"),
        "ZUZHILI_LISTS": str(tmp_path / "lists"),
        "ZUZHILI_WAREHOUSE_URL": f"sqlite:///{tmp_path / 'warehouse.db'}",
    }


@pytest.fixture
def read_only(scored: District) -> dict[str, str]:
    settings = scored.context.settings
    return {
        "ZUZHILI_DISTRICT": settings.district,
        "ZUZHILI_SCHEME": settings.scheme,
        "ZUZHILI_LAKE": settings.lake,
        "ZUZHILI_WAREHOUSE_URL": settings.warehouse_url.get_secret_value(),
    }


def _zuzhili(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


def test_intake_and_month_print_what_they_did_and_nothing_foreign(places: dict[str, str]) -> None:
    taken = _zuzhili(places, "intake")
    assert taken.returncode == 0
    assert taken.stdout.splitlines()[-1].startswith("本次取件：新增28个文件（收到7031，采纳6414，退回152，略去465）")
    assert taken.stderr == "没有设置PREFECT_API_URL，直接运行\n"
    scored = _zuzhili(places, "month", "2024-07")
    assert scored.returncode == 0
    assert scored.stdout.splitlines()[0] == "2024-07：已发布第1版"
    assert scored.stderr == "没有设置PREFECT_API_URL，直接运行\n"
    again = json.loads(_zuzhili(places, "month", "2024-07", "--json").stdout)
    assert [(told["period"], told["is_new"], told["organizations"]) for told in again] == [("2024-07", False, 119)]


def test_a_refused_file_makes_the_exit_code_1(places: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "inbox/declarations").mkdir(parents=True)
    (tmp_path / "inbox/declarations/2024-07.csv").write_bytes(b"")
    done = _zuzhili(places, "intake", str(tmp_path / "inbox"))
    assert done.returncode == 1
    assert "拒收 declarations/2024-07.csv" in done.stdout


def test_receipts_are_named_by_the_intake_and_written_anew_when_asked_for(
    places: dict[str, str], tmp_path: Path
) -> None:
    inbox, folder = tmp_path / "inbox", tmp_path / "receipts/cli/ganyu"
    for file in ("registry/organizations.csv", "inspections/2024-07.csv"):
        (inbox / file).parent.mkdir(parents=True)
        shutil.copy(EXAMPLE / "inbox" / file, inbox / file)
    taken = _zuzhili(places, "intake", str(inbox)).stdout
    assert f"    回执：{folder / 'inspections/2024-07.csv.回执.xlsx'}\n" in taken
    shutil.rmtree(folder)
    assert _zuzhili(places, "receipts", str(inbox)).stdout == f"已写2份回执：{folder}\n"
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["month", "2024-07"], "2024-07还没有收到申报、平台事件"),
        (["month", "2024Q3"], "2024Q3不是月份"),
        (["month", "July"], "“July”不是考核期"),
        (["intake", "nowhere"], "nowhere"),
        (["intake", "--received-at", "yesterday"], "时间“yesterday”无法识别"),
        (["explain", "1", "2024-07"], "还没有发布过版次"),
        (["lists", "2024-07"], "还没有发布过版次"),
        (["rules", "list", "--on", "today"], "“today”不是日期"),
        (["month", "2024-07", "--scheme", "none"], "none"),
    ],
)
def test_an_error_is_one_clear_sentence_and_exit_code_1(
    places: dict[str, str], arguments: list[str], message: str
) -> None:
    done = _zuzhili(places, *arguments)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_explain_and_status_speak_to_people_and_machines(read_only: dict[str, str]) -> None:
    told = _zuzhili(read_only, "explain", "032000100001", "2024-09")
    assert told.stdout.startswith("平沟社区党支部（032000100001，城市社区）2024-09\n")
    assert json.loads(_zuzhili(read_only, "explain", "032000100001", "2024-09", "--json").stdout)["rank"] == 10
    assert json.loads(_zuzhili(read_only, "status", "--json").stdout)["district"] == "test"


def test_the_demo_names_the_systems_that_it_can_show() -> None:
    told = _zuzhili({}, "demo", "--help").stdout
    assert {example.scheme for example in examples()} <= set(told.split())
    unknown = _zuzhili({}, "demo", "--system", "none")
    assert unknown.returncode == 1
    assert "没有“none”的示例。现有：" in unknown.stderr


def test_rules_check_finds_nothing_and_list_tells_the_rules() -> None:
    checked = _zuzhili({}, "rules", "check")
    assert (checked.returncode, checked.stdout) == (0, "规则手册检查通过，没有发现问题\n")
    of_ganyu = ("rules", "list", "--scheme", "ganyu")
    assert "P01 党组织会议" in _zuzhili({}, *of_ganyu, "--on", "2024-07-31").stdout
    assert json.loads(_zuzhili({}, *of_ganyu, "--json").stdout)["scheme"] == "ganyu"


def test_where_there_are_several_schemes_one_must_be_named() -> None:
    told = _zuzhili({}, "rules", "list")
    assert (told.returncode, told.stdout) == (1, "")
    assert "有多个考核体系，请用--scheme或ZUZHILI_SCHEME指明" in told.stderr


def test_rules_are_those_that_scoring_uses(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "rulebooks/ganyu", tmp_path / "rules/ganyu")
    scheme = tmp_path / "rules/ganyu/scheme.yaml"
    scheme.write_text(scheme.read_text("utf-8").replace("bodies:", "bodys:"), "utf-8")
    checked = _zuzhili({"ZUZHILI_RULEBOOKS": str(tmp_path / "rules")}, "rules", "check")
    assert checked.returncode == 1
    assert "bodys：不认识的段落" in checked.stdout
    assert checked.stdout.splitlines()[-1].startswith("发现")


def test_help_imports_nothing_heavy() -> None:
    help_ = "from typer.testing import CliRunner; CliRunner().invoke(cli.app, ['--help'])"
    seen = f"import sys, cli; {help_}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", seen], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"pandas", "prefect", "sqlalchemy", "pydantic", "great_expectations"} & set(done.stdout.split())
