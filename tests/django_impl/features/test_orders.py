from decimal import Decimal
from typing import Any

from django.urls import reverse

from django_impl.orders.models import Order
from tests.django_impl.features.base import FeatureTestCase


class OrderTests(FeatureTestCase):
    def place_order(self, quantity: int, **headers: str) -> Any:
        """Order the product as the customer and return the response."""
        self.client.force_authenticate(self.shopper)
        body = {"items": [{"product": self.product.slug, "quantity": quantity}]}
        return self.client.post(reverse("order-list"), body, format="json", headers=headers)

    def test_order_reduces_stock_and_copies_price(self) -> None:
        response = self.place_order(2)

        assert response.status_code == 201
        order = Order.objects.get(pk=response.json()["id"])
        assert order.total == Decimal("25.00")
        self.product.refresh_from_db()
        assert self.product.stock == 3

    def test_order_exceeding_stock_is_not_created(self) -> None:
        assert self.place_order(6).status_code == 409

        assert not Order.objects.filter(customer=self.shopper).exists()

    def test_repeated_idempotency_key_creates_one_order(self) -> None:
        first, second = (
            self.place_order(1, **{"Idempotency-Key": "tests"}),
            self.place_order(1, **{"Idempotency-Key": "tests"}),
        )

        assert first.content == second.content
        assert Order.objects.filter(customer=self.shopper).count() == 1

    def test_cancelling_restores_stock(self) -> None:
        order = self.place_order(2).json()

        response = self.client.post(reverse("order-cancel", args=[order["id"]]))

        assert response.json()["status"] == "cancelled"
        self.product.refresh_from_db()
        assert self.product.stock == 5

    def test_order_of_another_user_returns_404(self) -> None:
        order = self.place_order(1).json()
        self.client.force_authenticate(type(self.shopper).objects.create_user("other@tests.example", "a password", "O"))

        assert self.client.get(reverse("order-detail", args=[order["id"]])).status_code == 404
