import os
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.core.management import CommandError

from django_impl.common.http.framework_exceptions import field_errors
from django_impl.users.serializers import Registration


# --8<-- [start:createsuperuser]
class Command(createsuperuser.Command):
    """Django's own command, with the rules of a registration."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Create the user. Raises CommandError for an option or a variable that the API would reject."""
        values = {name: options.get(name) for name in Registration().get_fields()}
        if not options["interactive"]:
            values = {
                name: value or os.environ.get(f"DJANGO_SUPERUSER_{name.upper()}") for name, value in values.items()
            }
        given = {name: value for name, value in values.items() if value is not None}
        return super().handle(*args, **{**options, **validate(given)})

    def get_input_data(self, field: Any, message: str, default: Any = None) -> Any:
        """Return what was entered at the prompt, or None after an error, for which Django asks again."""
        value = super().get_input_data(field, message, default)
        try:
            return None if value is None else validate({field.name: value})[field.name]
        except CommandError as error:
            self.stderr.write(f"Error: {error}")
            return None


def validate(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values as a registration stores them. Raises CommandError."""
    registration = Registration(data=given, partial=True)
    if not registration.is_valid():
        errors = field_errors(registration.errors, "body")
        raise CommandError("; ".join(f"{error.pointer.removeprefix('/')}: {error.message}" for error in errors))
    validated: Mapping[str, Any] = registration.validated_data
    return validated
    # --8<-- [end:createsuperuser]
