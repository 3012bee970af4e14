"""Fields of models."""

from typing import Any

from django.db import models


class NullableImageField(models.ImageField):
    """An ImageField that stores NULL where there is no image. Django's stores an empty string."""

    def get_prep_value(self, value: Any) -> Any:
        """Return the name of the file, or None."""
        return super().get_prep_value(value) or None
