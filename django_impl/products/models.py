from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchConfig, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import UUID7, Now

from django_impl.categories.models import Category
from django_impl.common.database.fields import NullableImageField
from django_impl.products.queries import ProductQuerySet, regexp_replace

# --8<-- [start:search]
# PostgreSQL's parser keeps some punctuation in words. In the contract every other character separates words.
SEARCHED_TEXT = regexp_replace(
    Func(
        F("name"),
        Value(" "),
        F("description"),
        template="(%(expressions)s)",
        arg_joiner=" || ",
        output_field=models.TextField(),
    ),
    "[^[:alnum:]]+",
    " ",
)
# --8<-- [end:search]


# --8<-- [start:product]
class Product(models.Model):
    """An article with a price and a number of pieces in stock."""

    id = models.UUIDField(primary_key=True, db_default=UUID7(), editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=220, db_index=False)  # the unique constraint has an index
    description = models.TextField()
    price = models.DecimalField(max_digits=10, decimal_places=2)
    # Django adds the CHECK that schema.sql names products_stock_check.
    stock = models.PositiveIntegerField(default=0)
    # DO_NOTHING, because the foreign key in the database rejects the delete.
    category = models.ForeignKey(Category, on_delete=models.DO_NOTHING, related_name="products", db_index=False)
    image = NullableImageField(upload_to="products", max_length=255, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DB_SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    search_vector = models.GeneratedField(
        expression=Func(
            SearchConfig("simple"), SEARCHED_TEXT, function="to_tsvector", output_field=SearchVectorField()
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        db_table = "products"
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="products_slug_key"),
            models.CheckConstraint(condition=Q(price__gt=0), name="products_price_check"),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="products_created_at_id_idx"),
            models.Index(fields=["price", "id"], name="products_price_id_idx"),
            models.Index(fields=["name", "id"], name="products_name_id_idx"),
            models.Index(fields=["category", "created_at", "id"], name="products_category_created_idx"),
            models.Index(fields=["category"], name="products_category_active_idx", condition=Q(is_active=True)),
            models.Index(fields=["created_by"], name="products_created_by_id_idx"),
            GinIndex(fields=["search_vector"], name="products_search_vector_idx"),
        ]

    def __str__(self) -> str:
        return self.name

    # --8<-- [end:product]
