from django.urls import reverse

from tests.django_impl.features.base import FeatureTestCase


class ProductTests(FeatureTestCase):
    def test_list_executes_one_query(self) -> None:
        self.create_product("Featuretest chair")

        with self.assertNumQueries(1):
            response = self.client.get(reverse("product-list"), {"search": "featuretest"})

        assert [item["name"] for item in response.json()["items"]] == ["Featuretest chair", "Featuretest lamp"]

    def test_inactive_products_are_visible_to_staff_only(self) -> None:
        hidden = self.create_product("Featuretest chair", is_active=False)
        path = reverse("product-detail", args=[hidden.slug])

        assert self.client.get(path).status_code == 404
        self.client.force_authenticate(self.staff)
        assert self.client.get(path).json()["is_active"] is False

    def test_staff_can_create_product_with_slug_from_name(self) -> None:
        self.client.force_authenticate(self.staff)
        body = {
            "name": "Featuretest Lamp",
            "description": "The same name again.",
            "price": "3.5",
            "category": self.category.slug,
        }

        response = self.client.post(reverse("product-list"), body, format="json")

        assert response.json()["slug"] == "featuretest-lamp-2"
        assert response.json()["price"] == "3.50"

    def test_every_invalid_field_is_reported(self) -> None:
        self.client.force_authenticate(self.staff)

        response = self.client.post(reverse("product-list"), {"name": "", "price": "-1"}, format="json")

        assert response.status_code == 422
        assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [
            ("/category", "required"),
            ("/description", "required"),
            ("/name", "too_short"),
            ("/price", "invalid_money"),
        ]

    def test_stock_cannot_become_negative(self) -> None:
        self.client.force_authenticate(self.staff)

        response = self.client.post(
            reverse("product-adjust-stock", args=[self.product.slug]), {"quantity": -6}, format="json"
        )

        assert response.json()["code"] == "out_of_stock"
        self.product.refresh_from_db()
        assert self.product.stock == 5
