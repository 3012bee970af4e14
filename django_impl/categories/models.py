from django.db import models
from django.db.models import F, Q
from django.db.models.functions import UUID7, Now

from django_impl.categories.queries import CategoryQuerySet


# --8<-- [start:category]
class Category(models.Model):
    """A group of products. A category can have a parent, so categories form a tree."""

    id = models.UUIDField(primary_key=True, db_default=UUID7(), editable=False)
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=120, db_index=False)  # the unique constraint has an index
    description = models.TextField(blank=True, default="")
    # DO_NOTHING, because the foreign key in the database rejects the delete.
    parent = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, related_name="children", null=True, blank=True, db_index=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        db_table = "categories"
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(fields=["name"], name="categories_name_key"),
            models.UniqueConstraint(fields=["slug"], name="categories_slug_key"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="categories_parent_id_check"),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="categories_name_id_idx"),
            models.Index(fields=["parent"], name="categories_parent_id_idx"),
        ]

    def __str__(self) -> str:
        return self.name

    # --8<-- [end:category]
