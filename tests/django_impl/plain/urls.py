"""URLconf of the views in this package."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from tests.django_impl.plain import model_views, shop_views, views

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("categories", model_views.CategoryModelViewSet, basename="plain-category")
router.register("filtered", model_views.FilteredViewSet, basename="filtered")
router.register("fields", model_views.FieldsViewSet, basename="fields")
router.register("products", shop_views.ExtendedProducts, basename="product")
router.register("rated", shop_views.RatedProducts, basename="rated")

urlpatterns = [
    *router.urls,
    path("note", views.NoteView.as_view()),
    path("notes", views.ManyNotesView.as_view()),
    path("echo", views.echo),
    path("default-permissions", views.DefaultPermissionsView.as_view()),
    path("throttled", views.ThrottledView.as_view()),
    path("rendered", views.RenderedView.as_view()),
    path("paginated", model_views.PaginatedView.as_view()),
]
