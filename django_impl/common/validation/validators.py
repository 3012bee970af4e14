"""Django's validators with the codes and messages of `errors.yaml`. drf-spectacular documents them like Django's."""

from django.core import validators

from django_impl.contract import FIELD_MESSAGES


def _message(code: str) -> str:
    return FIELD_MESSAGES[code].replace("{limit}", "%(limit_value)d")


class MinLengthValidator(validators.MinLengthValidator):
    """A string of at least this many code points."""

    code, message = "too_short", _message("too_short")


class MaxLengthValidator(validators.MaxLengthValidator):
    """A string of at most this many code points."""

    code, message = "too_long", _message("too_long")


class MinItemsValidator(validators.MinLengthValidator):
    """A list of at least this many items."""

    code, message = "too_few", _message("too_few")


class MaxItemsValidator(validators.MaxLengthValidator):
    """A list of at most this many items."""

    code, message = "too_many", _message("too_many")


class PatternValidator(validators.RegexValidator):
    """A string that matches the whole pattern."""

    def __init__(self, pattern: str, code: str) -> None:
        super().__init__(rf"^{pattern}\Z", FIELD_MESSAGES[code], code)


SINGLE_LINE = PatternValidator(r"[^\u0000-\u001F\u007F-\u009F]*", "control_character")
MULTI_LINE = PatternValidator(r"[^\u0000-\u0008\u000B-\u001F\u007F-\u009F]*", "control_character")
