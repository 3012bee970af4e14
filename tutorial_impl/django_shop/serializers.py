"""Model serializers, and a writable nested serializer for orders."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from rest_framework import serializers

from tutorial_impl.django_shop.models import Category, Order, OrderItem, Product, User


class UserSerializer(serializers.ModelSerializer[User]):
    password = serializers.CharField(write_only=True, validators=[validate_password])

    class Meta:
        model = User
        fields = ["id", "email", "password", "full_name", "is_staff", "created_at"]
        read_only_fields = ["is_staff"]

    def create(self, validated_data: dict[str, Any]) -> User:
        return User.objects.create_user(**validated_data)


class CategorySerializer(serializers.ModelSerializer[Category]):
    parent = serializers.SlugRelatedField(
        slug_field="slug", queryset=Category.objects.all(), required=False, allow_null=True
    )
    product_count = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model = Category
        fields = ["id", "name", "slug", "description", "parent", "product_count", "created_at"]
        read_only_fields = ["slug"]


class ProductSerializer(serializers.ModelSerializer[Product]):
    category = serializers.SlugRelatedField(slug_field="slug", queryset=Category.objects.all())
    category_name = serializers.ReadOnlyField(source="category.name")
    is_in_stock = serializers.ReadOnlyField()

    class Meta:
        model = Product
        fields = [
            "id", "name", "slug", "description", "price", "stock", "category", "category_name", "image", "is_active",
            "is_in_stock", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["slug"]


class StockSerializer(serializers.Serializer[Any]):
    quantity = serializers.IntegerField()


class OrderItemSerializer(serializers.ModelSerializer[OrderItem]):
    product = serializers.SlugRelatedField(slug_field="slug", queryset=Product.objects.filter(is_active=True))
    line_total = serializers.SerializerMethodField()

    class Meta:
        model = OrderItem
        fields = ["product", "product_name", "unit_price", "quantity", "line_total"]
        read_only_fields = ["product_name", "unit_price"]

    def get_line_total(self, item: OrderItem) -> str:
        return str(item.unit_price * item.quantity)


class OrderSerializer(serializers.ModelSerializer[Order]):
    items = OrderItemSerializer(many=True, allow_empty=False)

    class Meta:
        model = Order
        fields = ["id", "status", "total", "items", "created_at", "updated_at"]
        read_only_fields = ["status", "total"]

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Order:
        lines = validated_data.pop("items")
        total = sum(line["product"].price * line["quantity"] for line in lines)
        order = Order.objects.create(total=total, **validated_data)
        for position, line in enumerate(lines, 1):
            product = line["product"]
            if product.stock < line["quantity"]:
                raise serializers.ValidationError({"items": f"Not enough stock of {product.name}."})
            product.stock -= line["quantity"]
            product.save()
            OrderItem.objects.create(
                order=order,
                position=position,
                product=product,
                product_slug=product.slug,
                product_name=product.name,
                unit_price=product.price,
                quantity=line["quantity"],
            )
        return order
