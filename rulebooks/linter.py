"""Everything that is wrong with a rule book, in every version that it has, had or will have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from rulebooks.findings import Finding, joined
from rulebooks.folder import read_folder
from rulebooks.history import History, Layer
from rulebooks.in_force import START, in_force
from rulebooks.loader import folder_of
from rulebooks.version import version

__all__ = ["Finding", "lint"]


def lint(scheme: str, root: Path | None = None) -> list[Finding]:
    """Every fault of a scheme, each once; one that begins with a later version says since when.

    Entries are checked one by one whatever the files are like; what takes all of them together is checked as soon as
    every file and entry can be read. Raises RuleBookError if there is no such scheme.
    """
    histories, findings = read_folder(folder_of(scheme, root))
    since: dict[Finding, date] = dict.fromkeys([*findings, *_disorder(histories)], date.min)
    versions = _versions(histories)
    for on in versions:
        now = in_force(histories, on)
        for finding in now.findings if findings else version(scheme, now)[1]:
            since.setdefault(finding, on)
    return [
        replace(finding, found=f"{finding.found}（{on} 起）") if on in versions[1:] else finding
        for finding, on in since.items()
    ]


def _versions(histories: list[History]) -> list[date]:
    """The days on which something starts while the scheme is in force; the last of all days if it never is."""
    days = sorted({layer.effective_from for history in histories for layer in history.layers})
    start = [history for history in histories if history.path == START]
    return [on for on in days if START in in_force(start, on).written] or days[-1:]


def _disorder(histories: list[History]) -> Iterator[Finding]:
    for history in histories:
        for earlier, later in pairwise(history.layers):
            if (later.effective_from, later.adopted_on) <= (earlier.effective_from, earlier.adopted_on):
                found = f"施行日期 {later.effective_from} 不晚于上一条的 {earlier.effective_from}"
                yield _about(history, later, "effective_from", found, "请按施行日期先后排列，同日施行的按通过日期")
        for layer in history.layers:
            if layer.values.get("retired") is True and layer.effective_from <= history.layers[0].effective_from:
                yield _about(history, layer, "retired", "还没有施行就停用，谁也得不到分", "请核对停用日期")


def _about(history: History, layer: Layer, key: str, found: str, remedy: str) -> Finding:
    return Finding(history.file, joined((layer.places[key], key)), found, remedy)
