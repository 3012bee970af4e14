"""Types of fields, in requests and in responses.

The limits are Pydantic's own. Validators before them trim strings, or accept 1.0 as an integer. `errors.py` translates
Pydantic's errors into the catalogue's codes; the errors that are raised here have these codes already.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from fastapi_impl.contract import MAX_INT32, MIN_PRICE

LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = rf"^[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{LABEL}(?:\.{LABEL})+$"
MONEY = r"^(0|[1-9][0-9]{0,7})(\.[0-9]{1,2})?$"
PRICE = r"^(0\.(0[1-9]|[1-9][0-9]?)|[1-9][0-9]{0,7}(\.[0-9]{1,2})?)$"
ID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
DATE = r"^\d{4}-\d{2}-\d{2}$"
TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?Z$"
VISIBLE_ASCII = "^[!-~]+$"
CURSOR = "^[A-Za-z0-9_-]+$"
INTEGER = re.compile("-?(0|[1-9][0-9]*)")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class CleanString:
    """Trims a string and rejects the characters in `rejected`, before Pydantic checks the length."""

    rejected: str
    trim: bool = True

    @property
    def pattern(self) -> str:
        """The regular expression of an accepted string."""
        return f"^[^{self.rejected}]*$"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"pattern": self.pattern} | handler(schema)

    def read(self, value: Any) -> Any:
        """Return the trimmed string; Pydantic rejects a value of another type."""
        if not isinstance(value, str):
            return value
        text = value.strip() if self.trim else value
        if re.search(f"[{self.rejected}]", text):
            raise PydanticCustomError("control_character", "control character")
        return text


SINGLE_LINE = CleanString(r"\u0000-\u001F\u007F-\u009F")
MULTI_LINE = CleanString(r"\u0000-\u0008\u000B-\u001F\u007F-\u009F")
UNTRIMMED = CleanString(r"\u0000-\u001F\u007F-\u009F", trim=False)

Email = Annotated[
    str,
    Field(min_length=3, max_length=254, pattern=EMAIL),
    SINGLE_LINE,
    AfterValidator(str.lower),
]
# --8<-- [start:money]
MoneyText = Annotated[str, Field(strict=True, min_length=1, max_length=11, pattern=MONEY), SINGLE_LINE]


@dataclass(frozen=True)
class Amount:
    """Reads a string such as 19.99 as an amount of at least `min_value`."""

    min_value: Decimal

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        read = core_schema.no_info_plain_validator_function(self.read)
        return core_schema.chain_schema([handler.generate_schema(MoneyText), read])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema of the string; the pattern of a price excludes 0."""
        return handler(schema["steps"][0]) | ({"pattern": PRICE} if self.min_value else {})

    def read(self, text: str) -> Decimal:
        """Return the amount with two decimals."""
        amount = Decimal(text).quantize(CENT)
        if amount < self.min_value:
            raise PydanticCustomError("too_small", "too small", {"limit": str(self.min_value)})
        return amount


Money = Annotated[Decimal, Amount(Decimal(0))]
Price = Annotated[Decimal, Amount(MIN_PRICE)]
# --8<-- [end:money]


def float_as_int(value: Any) -> Any:
    """Return 1 for 1.0, which is an integer in JSON Schema; Pydantic validates the result."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def parse_int(value: Any) -> Any:
    """Return the integer in the first 100 characters of a query parameter. Any other value is returned unchanged."""
    return int(value[:100]) if isinstance(value, str) and INTEGER.fullmatch(value) else value


def parse_bool(value: Any) -> Any:
    """Return the boolean of a query parameter. Any other value is returned unchanged, and Pydantic rejects it."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


FloatAsInt = BeforeValidator(float_as_int)
ParseQueryInteger = BeforeValidator(parse_int)
QueryBoolean = Annotated[bool, BeforeValidator(parse_bool)]


def int32(min_value: int, max_value: int) -> Any:
    """Return the limits of an integer of PostgreSQL's type `integer`."""
    return Field(ge=min_value, le=max_value, json_schema_extra={"format": "int32"})


@dataclass(frozen=True)
class NullNotInSchema:
    """Removes null from the JSON schema of an optional parameter or form field, because a client cannot send null."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema without null."""
        sent: JsonSchemaValue = handler(schema)["anyOf"][0]
        return sent


def json_schema(**schema: Any) -> WithJsonSchema:
    """Return the schema of an output field; its value comes from the database, so nothing validates it."""
    return WithJsonSchema({"type": "string", **schema})


IDOut = Annotated[UUID, json_schema(format="uuid", minLength=36, maxLength=36, pattern=ID)]
DateOut = Annotated[date, json_schema(format="date", minLength=10, maxLength=10, pattern=DATE)]
DateTimeOut = Annotated[datetime, json_schema(format="date-time", minLength=20, maxLength=27, pattern=TIME)]
PriceOut = Annotated[Decimal, json_schema(minLength=4, maxLength=11, pattern=r"^(0|[1-9][0-9]{0,7})\.[0-9]{2}$")]
AmountOut = Annotated[Decimal, json_schema(minLength=4, maxLength=17, pattern=r"^(0|[1-9][0-9]{0,13})\.[0-9]{2}$")]
CountOut = Annotated[int, int32(0, MAX_INT32)]
