from rest_framework.routers import SimpleRouter

from django_impl.users.views import AuthViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("auth", AuthViewSet, basename="auth")
urlpatterns = router.urls
