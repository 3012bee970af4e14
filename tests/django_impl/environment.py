"""Environment variables for development and for production."""

# Without limits of requests, whose counts would remain between tests.
DEVELOPMENT = {
    "ENVIRONMENT": "development",
    "DATABASE_URL": "postgresql://shop@localhost/shop",
    "THROTTLING": "false",
    "CACHING": "false",
}
PRODUCTION = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql://shop@localhost/shop",
    "SECRET_KEY": "a secret key that only the tests use, 1234567890 abcdef",
    "ALLOWED_HOSTS": "shop.example,www.shop.example",
}
