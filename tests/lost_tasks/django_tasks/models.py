from django.db import models


class Order(models.Model):
    """An order of a customer."""

    email = models.EmailField()

    class Meta:
        db_table = "orders"

    def __str__(self) -> str:
        return f"Order of {self.email}"
