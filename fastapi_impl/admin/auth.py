"""The sign-in of the admin, for staff only."""

from dataclasses import dataclass

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates
from starlette_admin.auth import AdminUser, AuthProvider
from starlette_admin.exceptions import LoginFailed

from fastapi_impl.common.admin import message_of
from fastapi_impl.common.database.dependencies import get_reader
from fastapi_impl.common.exceptions import InvalidCredentials, TooManyRequests
from fastapi_impl.users import services
from fastapi_impl.users.dependencies import get_user_of_session, remove_from_session, store_in_session
from fastapi_impl.users.queries import AuthenticatedUser
from fastapi_impl.users.router import request_address
from fastapi_impl.users.schemas import Credentials
from fastapi_impl.users.throttling import throttle_sign_in

WRONG_CREDENTIALS = "The e-mail address or the password is wrong, or the account is not one of the staff."


@dataclass
class StaffUser(AdminUser):
    """The signed-in user, for the page and for the services."""

    user: AuthenticatedUser | None = None


# --8<-- [start:sign-in]
class StaffAuthProvider(AuthProvider):
    """Signs staff in with the e-mail address and password of the API, and with its limits."""

    async def login(self, username: str, password: str, remember_me: bool, request: Request) -> None:
        """Store the user in the session. Raises LoginFailed, TooManyRequests."""
        try:
            form = Credentials(username=username, password=password)
            reader = await get_reader()
            await throttle_sign_in(reader, address=request_address(request), account=form.username)
            user = await services.sign_in(reader, email=form.username, password=form.password)
        except (ValidationError, InvalidCredentials) as error:
            raise LoginFailed(WRONG_CREDENTIALS) from error
        if not user.is_staff:
            raise LoginFailed(WRONG_CREDENTIALS)
        store_in_session(request.session, user)

    async def logout(self, request: Request) -> None:
        """Remove the user from the session."""
        remove_from_session(request.session)

    async def authenticate(self, request: Request) -> AdminUser | None:
        """Return the user of the session if they are still staff, which the cookie does not know."""
        if request.scope["path"].startswith("/admin/static/"):
            return None
        user = await get_user_of_session(request.session, await get_reader())
        return StaffUser(username=user.email, user=user) if user and user.is_staff else None

    async def render_login(self, request: Request, templates: Jinja2Templates) -> Response:
        """Return the page of the sign-in, with 429 if there were too many, or a redirect after one."""
        try:
            return await super().render_login(request, templates)
        except TooManyRequests as error:
            context = {"error": message_of(error)}
            headers = {"Retry-After": str(error.retry_after)}
            return templates.TemplateResponse(request, "login.html", context, status_code=429, headers=headers)

    # --8<-- [end:sign-in]
