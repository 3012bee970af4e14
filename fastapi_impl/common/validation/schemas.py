"""Base classes of the models of request bodies and queries, and of responses."""

from pydantic import BaseModel, ConfigDict

# --8<-- [start:shapes]
# Pydantic converts no value and ignores no field.
STRICT = ConfigDict(extra="forbid", strict=True)


class Input(BaseModel):
    """Data of a request."""

    model_config = STRICT


class Output(BaseModel):
    """Data of a response, read from the attributes of a row or of a service's result."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)
    # --8<-- [end:shapes]
