from rest_framework.routers import SimpleRouter

from django_impl.products.views import CategoryViewSet, ProductViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("products", ProductViewSet, basename="product")
router.register("categories", CategoryViewSet, basename="category")
urlpatterns = router.urls
