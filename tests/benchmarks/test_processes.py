from __future__ import annotations

import sys

import pytest

from benchmarks.processes import ChildFailedError, Runs, run
from benchmarks.tables import show, show_parts

MEASURE = """
import sys
from benchmarks.processes import run
busy = run([sys.executable, "-c", "block = b'x' * 80_000_000; sum(range(2_000_000)); print('done')"])
idle = run([sys.executable, "-c", "pass"])
print(busy.output, busy.peak_mb - idle.peak_mb > 70, busy.cpu_seconds > idle.cpu_seconds, busy.seconds > 0)
"""


def test_a_process_is_measured_with_what_it_wrote() -> None:
    """From a small process: a child's peak is never counted as less than that of the one which started it."""
    assert run([sys.executable, "-c", MEASURE]).output == "done\n True True True\n"


def test_a_process_does_not_see_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://nowhere")
    monkeypatch.setenv("ZUZHILI_LAKE", "elsewhere")
    code = "import os; print(os.environ.get('PREFECT_API_URL'), os.environ.get('ZUZHILI_LAKE'))"

    assert run([sys.executable, "-c", code], {"ZUZHILI_LAKE": "given"}).output == "None given\n"


def test_a_failed_process_says_what_it_said() -> None:
    with pytest.raises(ChildFailedError, match="no such thing"):
        run([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_medians_of_several_runs() -> None:
    once = run([sys.executable, "-c", "pass"])
    runs = Runs((once, once, run([sys.executable, "-c", "sum(range(3_000_000))"])))

    assert runs.seconds == once.seconds
    assert runs.span.startswith(f"{min(one.seconds for one in runs.runs):.2f} to")


def test_tables_line_up(capsys: pytest.CaptureFixture[str]) -> None:
    show("Title", ("", "median s", "of"), [("a", 1234.5, "1 ×"), ("longer", 2.0, "12 ×")], "Note.")

    assert capsys.readouterr().out == (
        "\nTitle\n"
        "          median s    of\n"
        "  ------  --------  ----\n"
        "  a       1,234.50   1 ×\n"
        "  longer      2.00  12 ×\n"
        "  Note.\n"
    )


def test_parts_are_medians_and_the_shortest_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    show_parts("Parts", [{"a": 1.0, "b": 0.001}, {"a": 3.0, "b": 0.001}, {"a": 2.0, "b": 0.001}], 4.0)

    shown = capsys.readouterr().out
    assert "Parts: 4.00 s" in shown
    assert shown.splitlines()[-1].split() == ["a", "2.00", "50", "%"]
