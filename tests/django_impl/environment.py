"""Environments in which the implementation starts."""

DEVELOPMENT = {"ENVIRONMENT": "development", "DATABASE_URL": "postgresql://shop@localhost/shop"}
PRODUCTION = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql://shop@localhost/shop",
    "SECRET_KEY": "a secret of the tests, which nobody else knows 1234567890",
    "ALLOWED_HOSTS": "shop.example,www.shop.example",
}
