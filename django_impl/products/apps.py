from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "django_impl.products"

    def ready(self) -> None:
        """Connect the receivers of signals."""
        from django_impl.products import receivers  # noqa: F401 - models can be imported only now
