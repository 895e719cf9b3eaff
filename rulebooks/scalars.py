"""Base and scalar types of what is written in YAML: exact numbers, points, shares, days, text."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    Strict,
    StrictBool,
    StrictInt,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from schemas.rulebook import POINT

_ALL = 100
"""Per cent that are the whole."""
_MIDDLES = ("mean", "lower", "upper")


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


def _quota(value: object) -> Fraction:
    number = _number(value)
    if not 0 <= number <= _ALL:
        raise PydanticCustomError("number", "应当在 0 到 100 之间")
    return number


def _points(value: object) -> int:
    return _whole_parts(_positive(value))


def _points_or_none(value: object) -> int:
    number = _number(value)
    if number < 0:
        raise PydanticCustomError("number", "不能小于 0")
    return _whole_parts(number)


def _whole_parts(number: Fraction) -> int:
    parts = number * POINT
    if parts.denominator != 1:
        raise PydanticCustomError("number", "分值最多 4 位小数")
    return int(parts)


def _day_of_year(value: object) -> tuple[int, int]:
    try:
        day = datetime.strptime(f"2000-{value}", "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        raise PydanticCustomError("day_of_year", "应当是月份和日期，写成 03-31 的形式") from None
    return day.month, day.day


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _weights(value: object) -> object:
    if not isinstance(value, list):
        return value
    if not all(isinstance(name, str) for name in value) or len(set(value)) < len(value):
        raise PydanticCustomError("assessors", "应当是不重复的单位名称")
    return dict.fromkeys(value, 1)


def _middle(value: object) -> str | Fraction:
    if isinstance(value, str) and value in _MIDDLES:
        return value
    try:
        return _positive(value)
    except PydanticCustomError:
        raise PydanticCustomError("middle", "只能写 mean、lower、upper，或大于 0 的数字") from None


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
Quota = Annotated[
    Fraction,
    PlainValidator(_quota),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}),
]
Worth = Annotated[Decimal, Field(gt=0), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]
Points = Annotated[int, PlainValidator(_points), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]
PointsOrNone = Annotated[int, PlainValidator(_points_or_none), WithJsonSchema({"type": "number", "minimum": 0})]
DayOfYear = Annotated[
    tuple[int, int],
    PlainValidator(_day_of_year),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{2}-[0-9]{2}$"}),
]
"""Month and day."""
_NAMES = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}
OneOrMore = Annotated[
    Texts, BeforeValidator(_listed), WithJsonSchema({"anyOf": [{"type": "string", "minLength": 1}, _NAMES]})
]
_WEIGHTS = {
    "type": "object",
    "additionalProperties": {"type": "number", "exclusiveMinimum": 0},
    "minProperties": 1,
}
Weights = Annotated[
    dict[Text, Positive],
    Field(min_length=1),
    BeforeValidator(_weights),
    WithJsonSchema({"anyOf": [_NAMES, _WEIGHTS]}),
]
"""Names with weights; a list gives each the same."""
Middle = Annotated[
    Literal["mean", "lower", "upper"] | Fraction,
    PlainValidator(_middle),
    WithJsonSchema({"anyOf": [{"enum": list(_MIDDLES)}, {"type": "number", "exclusiveMinimum": 0}]}),
]
