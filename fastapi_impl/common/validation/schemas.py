from pydantic import BaseModel, ConfigDict

# --8<-- [start:shapes]
# What comes in is taken as it is: nothing is converted, nothing is ignored.
STRICT = ConfigDict(extra="forbid", strict=True)


class Input(BaseModel):
    """What a request says."""

    model_config = STRICT


class Output(BaseModel):
    """What an answer says; its fields are read from a row of the database or from what a service returns."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)
    # --8<-- [end:shapes]
