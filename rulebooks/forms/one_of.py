"""Forms of which one telling key says what is meant: {at_least: 1}, or a bare word where there is nothing to set."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

from pydantic import ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from rulebooks.scalars import Form

Word = Literal[True] | None
"""A key that may stand alone as a bare word."""


def _one_key(schema: dict[str, Any], form: type[OneOf]) -> None:
    described = {**schema, "oneOf": [{"required": [key]} for key in form.choices()], "minProperties": 1}
    words = [key for key, field in form.model_fields.items() if field.annotation == Word]
    schema.clear()
    schema |= {"title": described.pop("title"), "anyOf": [described, {"enum": words}] if words else [described]}


class OneOf(Form):
    """Exactly one key says what is meant; keys in `companions` only go with another."""

    model_config = ConfigDict(json_schema_extra=_one_key)
    companions: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def choices(cls) -> list[str]:
        """The keys of which one is to be given."""
        return [name for name in cls.model_fields if name not in cls.companions]

    @property
    def key(self) -> Any:
        """The key that is given."""
        return next(name for name in self.choices() if getattr(self, name) is not None)

    @model_validator(mode="before")
    @classmethod
    def _bare_word(cls, value: object) -> object:
        return {value: True} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(getattr(self, name) is not None for name in self.choices()) != 1:
            raise PydanticCustomError("one_of", "应当写且只写以下之一：{keys}", {"keys": "、".join(self.choices())})
        return self
