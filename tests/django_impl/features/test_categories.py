from django.urls import reverse

from django_impl.categories.models import Category
from tests.django_impl.features.base import FeatureTestCase


class CategoryTests(FeatureTestCase):
    def test_detail_counts_active_products_in_one_query(self) -> None:
        self.create_product("Hidden lamp", is_active=False)

        with self.assertNumQueries(1):
            response = self.client.get(reverse("category-detail", args=[self.category.slug]))

        assert response.json()["product_count"] == 1

    def test_staff_can_create_subcategory(self) -> None:
        self.client.force_authenticate(self.staff)

        response = self.client.post(
            reverse("category-list"), {"name": "Desk lamps", "parent": self.category.slug}, format="json"
        )

        assert response.status_code == 201
        assert response["Location"] == "/api/categories/desk-lamps"
        assert Category.objects.get(slug="desk-lamps").parent == self.category

    def test_category_cannot_be_its_own_parent(self) -> None:
        self.client.force_authenticate(self.staff)

        response = self.client.patch(
            reverse("category-detail", args=[self.category.slug]), {"parent": self.category.slug}, format="json"
        )

        assert response.json()["errors"][0]["code"] == "cycle"

    def test_category_with_products_cannot_be_deleted(self) -> None:
        self.client.force_authenticate(self.staff)

        response = self.client.delete(reverse("category-detail", args=[self.category.slug]))

        assert response.status_code == 409
        assert Category.objects.filter(pk=self.category.pk).exists()

    def test_customers_cannot_create_categories(self) -> None:
        self.client.force_authenticate(self.shopper)

        response = self.client.post(reverse("category-list"), {"name": "Mine"}, format="json")

        assert response.status_code == 403
