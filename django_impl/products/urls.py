from rest_framework.routers import SimpleRouter

from django_impl.products.views import ProductViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("products", ProductViewSet, basename="product")
urlpatterns = router.urls
