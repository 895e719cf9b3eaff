"""One version of a rule book: what is in force on a day, put together and checked."""

from __future__ import annotations

from rulebooks.assembly import assemble
from rulebooks.checks.run import check
from rulebooks.findings import Finding
from rulebooks.in_force import InForce, doubles, missing
from schemas.rulebook import RuleBook


def version(scheme: str, now: InForce) -> tuple[RuleBook | None, list[Finding]]:
    """The rule book, if its entries make one up, and every fault of the version."""
    if findings := [*now.findings, *missing(now)]:
        return None, findings
    rulebook = assemble(scheme, now)
    faults = [now.written[path].finding(keys, found, remedy) for path, keys, found, remedy in check(rulebook)]
    return rulebook, [*doubles(now), *faults]
