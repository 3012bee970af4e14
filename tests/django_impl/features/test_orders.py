from decimal import Decimal
from typing import Any

from django.urls import reverse

from django_impl.orders.models import Order
from tests.django_impl.features.base import FeatureTestCase


class OrderTests(FeatureTestCase):
    def place(self, quantity: int, **headers: str) -> Any:
        """Order the product as the customer."""
        self.client.force_authenticate(self.shopper)
        body = {"items": [{"product": self.product.slug, "quantity": quantity}]}
        return self.client.post(reverse("order-list"), body, format="json", headers=headers)

    def test_an_order_takes_stock_and_copies_the_price(self) -> None:
        response = self.place(2)

        assert response.status_code == 201
        order = Order.objects.get(pk=response.json()["id"])
        assert order.total == Decimal("25.00")
        self.product.refresh_from_db()
        assert self.product.stock == 3

    def test_an_order_above_the_stock_takes_nothing(self) -> None:
        assert self.place(6).status_code == 409

        assert not Order.objects.filter(customer=self.shopper).exists()

    def test_the_same_idempotency_key_places_one_order(self) -> None:
        first, second = self.place(1, **{"Idempotency-Key": "tests"}), self.place(1, **{"Idempotency-Key": "tests"})

        assert first.content == second.content
        assert Order.objects.filter(customer=self.shopper).count() == 1

    def test_cancelling_returns_the_stock(self) -> None:
        order = self.place(2).json()

        response = self.client.post(reverse("order-cancel", args=[order["id"]]))

        assert response.json()["status"] == "cancelled"
        self.product.refresh_from_db()
        assert self.product.stock == 5

    def test_an_order_of_somebody_else_is_not_found(self) -> None:
        order = self.place(1).json()
        self.client.force_authenticate(type(self.shopper).objects.create_user("other@tests.example", "a password", "O"))

        assert self.client.get(reverse("order-detail", args=[order["id"]])).status_code == 404
