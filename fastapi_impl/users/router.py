from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response

from fastapi_impl.common.database.dependencies import ReaderDep, WriteSessionDep
from fastapi_impl.common.http.addresses import client_address
from fastapi_impl.common.http.forms import FORM, FORM_FIELDS
from fastapi_impl.common.http.responses import error_responses
from fastapi_impl.common.http.routes import ContractRoute
from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import TOKENS
from fastapi_impl.users import services
from fastapi_impl.users.dependencies import CurrentUser, get_active_user
from fastapi_impl.users.models import User
from fastapi_impl.users.queries import AuthenticatedUser
from fastapi_impl.users.schemas import AccessToken, Credentials, RefreshRequest, Registration, TokenPair, UserOut
from fastapi_impl.users.throttling import throttle_sign_in
from fastapi_impl.users.tokens import issue_access_token, issue_refresh_token, read_refresh_token

router = APIRouter(prefix="/api/auth", tags=["auth"], route_class=ContractRoute, responses=error_responses(503))


@router.post("/register", status_code=201, response_model=UserOut, summary="Register a user")
async def register(body: Registration, response: Response, session: WriteSessionDep) -> User:
    """The e-mail address is stored in lower case and must be unique."""
    response.headers["Location"] = router.url_path_for("get_me")
    return await services.register(session, **dict(body))


@router.post("/login", summary="Sign in", responses=error_responses(401, 429))
# Not `Form()`: FastAPI treats an empty field as missing, and the contract distinguishes them.
async def login(
    request: Request, body: Annotated[Credentials, Body(media_type=FORM), FORM_FIELDS], reader: ReaderDep
) -> TokenPair:
    """The OAuth 2 password form; `username` is the e-mail address.

    An unknown address, a wrong password and an inactive account get the same response after the same time.
    """
    await throttle_sign_in(reader, address=request_address(request), account=body.username)
    found = await services.sign_in(reader, email=body.username, password=body.password)
    return TokenPair(refresh_token=issue_refresh_token(found.user), **_access_token(found.user))


@router.post("/refresh", summary="Get a new access token", responses=error_responses(401))
async def refresh(body: RefreshRequest, reader: ReaderDep) -> AccessToken:
    """The refresh token does not change. When it has expired, the user must sign in again."""
    user = await get_active_user(reader, read_refresh_token(body.refresh_token))
    return AccessToken(**_access_token(user))


@router.get("/me", response_model=UserOut, summary="Show the signed-in user", responses=error_responses(401, 429))
async def get_me(user: CurrentUser) -> AuthenticatedUser:
    """The user of the access token."""
    return user


def request_address(request: Request) -> str:
    """Return the address of the client that sent the request."""
    peer, forwarded_for = request.client.host if request.client else "", request.headers.get("X-Forwarded-For", "")
    return client_address(peer, forwarded_for, get_settings().trusted_proxies)


def _access_token(user: AuthenticatedUser) -> dict[str, Any]:
    """Return a new access token with its type and its lifetime."""
    return {
        "access_token": issue_access_token(user),
        "token_type": "bearer",
        "expires_in": TOKENS["access_lifetime_seconds"],
    }
