"""A router for the viewsets, and the views of SimpleJWT."""

from django.urls import include, path
from rest_framework.routers import DefaultRouter
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

from tutorial_impl.django_shop import views

router = DefaultRouter(trailing_slash=False)
router.register("categories", views.CategoryViewSet, basename="category")
router.register("products", views.ProductViewSet, basename="product")
router.register("orders", views.OrderViewSet, basename="order")

urlpatterns = [
    path("api/auth/register", views.RegisterView.as_view()),
    path("api/auth/login", TokenObtainPairView.as_view()),
    path("api/auth/refresh", TokenRefreshView.as_view()),
    path("api/auth/me", views.MeView.as_view()),
    path("api/", include(router.urls)),
    path("healthz", views.health),
    path("readyz", views.health),
]
