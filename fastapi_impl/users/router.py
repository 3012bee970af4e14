from typing import Annotated

from fastapi import APIRouter, Body, Response

from fastapi_impl.common.dependencies import ReadSession, WriteSession
from fastapi_impl.common.requests import FORM
from fastapi_impl.common.routes import ContractRoute
from fastapi_impl.users import services
from fastapi_impl.users.dependencies import CurrentUser, account
from fastapi_impl.users.models import User
from fastapi_impl.users.schemas import AccessToken, Credentials, RefreshRequest, Registration, TokenPair, UserOut
from fastapi_impl.users.tokens import issue_access_token, issue_refresh_token, read_refresh_token

router = APIRouter(prefix="/api/auth", tags=["auth"], route_class=ContractRoute)


@router.post("/register", status_code=201, response_model=UserOut)
async def register(body: Registration, response: Response, session: WriteSession) -> User:
    """Register a user"""
    response.headers["Location"] = router.url_path_for("get_me")
    return await services.register(session, **dict(body))


@router.post("/login")
async def login(body: Annotated[Credentials, Body(media_type=FORM)], session: ReadSession) -> TokenPair:
    """Sign in"""
    user = await services.sign_in(session, email=body.username, password=body.password)
    return TokenPair(access_token=issue_access_token(user), refresh_token=issue_refresh_token(user))


@router.post("/refresh")
async def refresh(body: RefreshRequest) -> AccessToken:
    """Get a new access token"""
    user = await account(read_refresh_token(body.refresh_token))
    return AccessToken(access_token=issue_access_token(user))


@router.get("/me", response_model=UserOut)
async def get_me(user: CurrentUser) -> User:
    """Show the signed-in user"""
    return user
