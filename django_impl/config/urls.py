"""Which path is answered by what; every other path is not found."""

from django.urls import include, path, re_path

from django_impl.common.health import HealthViewSet, ReadinessViewSet
from django_impl.common.http.exception_handler import not_found
from django_impl.common.openapi.views import AssetView, DocumentView, HomeView, RedocView, SwaggerView

# --8<-- [start:paths]
# Django tries one after the other, so what is asked for most comes first.
urlpatterns = [
    path("api/", include("django_impl.products.urls")),
    path("api/", include("django_impl.categories.urls")),
    path("api/", include("django_impl.orders.urls")),
    path("api/", include("django_impl.users.urls")),
    path("healthz", HealthViewSet.as_view({"get": "retrieve"})),
    path("readyz", ReadinessViewSet.as_view({"get": "retrieve"})),
    path("", HomeView.as_view()),
    path("openapi.json", DocumentView.as_view(), name="document"),
    path("docs", SwaggerView.as_view(url_name="document")),
    path("redoc", RedocView.as_view(url_name="document")),
    path("static/<path:path>", AssetView.as_view()),
    re_path("", not_found),  # here and not as handler404, which DEBUG would replace with a page
]
# --8<-- [end:paths]

handler400 = "django_impl.common.http.exception_handler.refused"
handler403 = "django_impl.common.http.exception_handler.refused"
handler404 = "django_impl.common.http.exception_handler.not_found"
handler500 = "django_impl.common.http.exception_handler.internal_error"
