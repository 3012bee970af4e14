from rest_framework.routers import SimpleRouter

from django_impl.categories.views import CategoryViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("categories", CategoryViewSet, basename="category")
urlpatterns = router.urls
