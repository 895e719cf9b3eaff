"""Base and scalar types of what is written in YAML: exact numbers, points, shares, days, text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, Strict, StrictBool, StrictInt, WithJsonSchema
from pydantic_core import PydanticCustomError

from schemas.rulebook import POINT

_ALL = 100
"""Per cent that are the whole."""


class Form(BaseModel):
    """Base of what is written in YAML: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _number(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("number", "应当是数字")
    return Fraction(value)


def _positive(value: object) -> Fraction:
    number = _number(value)
    if number <= 0:
        raise PydanticCustomError("number", "应当大于 0")
    return number


def _share(value: object) -> Fraction:
    number = _number(value)
    if not 0 <= number <= 1:
        raise PydanticCustomError("number", "应当在 0 到 1 之间")
    return number


def _percent(value: object) -> Fraction:
    number = _number(value)
    if not 0 < number <= _ALL:
        raise PydanticCustomError("number", "应当大于 0，且不超过 100")
    return number


def _points(value: object) -> int:
    parts = _positive(value) * POINT
    if parts.denominator != 1:
        raise PydanticCustomError("number", "分值最多 4 位小数")
    return int(parts)


Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]
Day = Annotated[date, Strict()]
Whole = Annotated[StrictInt, Field(ge=0)]
Flag = StrictBool
Number = Annotated[Fraction, PlainValidator(_number), WithJsonSchema({"type": "number"})]
Positive = Annotated[Fraction, PlainValidator(_positive), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]
Share = Annotated[Fraction, PlainValidator(_share), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1})]
Percent = Annotated[
    Fraction,
    PlainValidator(_percent),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 100}),
]
Worth = Annotated[Decimal, Field(gt=0), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]
Points = Annotated[int, PlainValidator(_points), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]
