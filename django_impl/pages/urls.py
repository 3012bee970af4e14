from django.urls import path

from django_impl.pages import views

urlpatterns = [
    path("", views.ProductsView.as_view(), name="products"),
    path("products/<str:slug>", views.ProductView.as_view(), name="product"),
    path("products/<str:slug>/order", views.OrderView.as_view(), name="order"),
    path("register", views.RegisterView.as_view(), name="register"),
    path("login", views.LoginView.as_view(), name="login"),
    path("logout", views.LogoutView.as_view(), name="logout"),
    path("orders", views.OrdersView.as_view(), name="orders"),
    path("about", views.AboutView.as_view(), name="about"),
    path("admin", views.AdminRedirectView.as_view()),
]
