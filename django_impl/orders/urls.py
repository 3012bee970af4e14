from rest_framework.routers import SimpleRouter

from django_impl.orders.views import OrderViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("orders", OrderViewSet, basename="order")
urlpatterns = router.urls
