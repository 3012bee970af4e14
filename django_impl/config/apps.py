from django.contrib.admin.apps import AdminConfig


class ShopAdminConfig(AdminConfig):
    """Django's admin with the shop's own site, as Django's documentation describes."""

    default_site = "django_impl.config.admin.ShopAdminSite"
