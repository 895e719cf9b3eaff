"""What tells two contents of a rule book apart."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any

from pydantic import BaseModel

from schemas.rulebook import RuleBook


def content_hash(rulebook: RuleBook) -> str:
    """sha256 of the rules, whatever the order of files and keys and the spelling of numbers.

    How deliveries are found and read is left out: what a layout changes shows in what was read, and a department more
    is no other rule.
    """
    rules = {name: part for name, part in _plain(rulebook).items() if name != "inbox"}
    return sha256(json.dumps(rules, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        kind = {"is": type(value).__name__}
        return kind | {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, BaseModel):
        return {key: _plain(part) for key, part in value}
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Fraction | Decimal):
        return str(Fraction(value))
    return value.isoformat() if isinstance(value, date) else value
