"""What is wrong with a rule book, in Chinese, for the officials who write it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.errors import ClearError


@dataclass(frozen=True)
class Finding:
    """One fault: the file (relative to the scheme's folder), the YAML path, what was found there, and what to do.

    A path reads items.P03.rule.tiers[1]; it is empty where the fault is the whole file's.
    """

    file: str
    path: str
    found: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file} {self.path}：{self.found}。{self.remedy}"


class RuleBookError(ClearError):
    """A rule book that cannot be used; `findings` says why, one entry a fault."""

    def __init__(self, scheme: str, findings: Iterable[Finding]) -> None:
        self.findings = tuple(dict.fromkeys(findings))
        super().__init__(f"规则手册 {scheme} 有 {len(self.findings)} 处问题：\n" + "\n".join(map(str, self.findings)))


def joined(keys: Iterable[str | int]) -> str:
    """Keys and list positions as one YAML path: rule, tiers, 1 becomes rule.tiers[1]."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).lstrip(".")
