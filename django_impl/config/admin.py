"""The admin site at /admin/, and its sign-in."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.views.decorators.csp import csp_override

from django_impl.common.admin import message_of
from django_impl.common.exceptions import TooManyRequests
from django_impl.users.throttling import throttle_sign_in
from django_impl.users.views import request_address

# --8<-- [start:policy]
POLICY = {
    "default-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
# --8<-- [end:policy]


# --8<-- [start:sign-in]
class SignInForm(AdminAuthenticationForm):
    """The form of the sign-in, which counts for the same limits as a sign-in to the API."""

    request: HttpRequest

    def clean(self) -> dict[str, Any]:
        """Count the sign-in, then check the password. Above a limit the password is not checked."""
        username = self.cleaned_data.get("username")
        if username and self.cleaned_data.get("password"):
            try:
                throttle_sign_in(address=request_address(self.request), account=username.lower())
            except TooManyRequests as error:
                self.request.retry_after = error.retry_after  # type: ignore[attr-defined] # for `login`
                raise ValidationError(message_of(error)) from error
        return super().clean()


class ShopAdminSite(AdminSite):
    """Django's admin with a content security policy and limits of sign-ins."""

    site_header = site_title = "Shop"
    login_form = SignInForm

    @method_decorator(csp_override(POLICY))
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Return the page of the sign-in, with 429 if there were too many, or a redirect after one."""
        response = super().login(request, extra_context)
        if retry_after := getattr(request, "retry_after", None):
            response.status_code = 429
            response["Retry-After"] = str(retry_after)
        return response

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Return the view for staff only, with the policy."""
        return csp_override(POLICY)(super().admin_view(view, cacheable))

    def get_urls(self) -> list[Any]:
        """Return Django's URLs without those that change the password, which is no service of the shop."""
        return [url for url in super().get_urls() if not str(getattr(url, "name", "")).startswith("password_change")]

    # --8<-- [end:sign-in]
