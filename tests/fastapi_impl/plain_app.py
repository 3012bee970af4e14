"""An application written as FastAPI's tutorial writes one, on this repository's route class."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Annotated, Any

from fastapi import (
    APIRouter,
    BackgroundTasks,
    Body,
    Cookie,
    Depends,
    FastAPI,
    File,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
    Response,
    UploadFile,
    WebSocket,
)
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, StreamingResponse
from fastapi.security import APIKeyCookie, APIKeyHeader, APIKeyQuery, HTTPBasic, OAuth2PasswordRequestForm
from pydantic import BaseModel, Field, field_validator

from fastapi_impl.common.http.exception_handlers import EXCEPTION_HANDLERS
from fastapi_impl.common.http.routes import ContractRoute
from fastapi_impl.common.openapi.documents import DocumentedFastAPI

events: list[str] = []
router = APIRouter(route_class=ContractRoute)


class Model(StrEnum):
    ALEX = "alexnet"
    RES = "resnet"


class Item(BaseModel):
    name: str
    price: float = Field(gt=0)
    tags: list[str] = []

    @field_validator("name")
    @classmethod
    def refuse_foo(cls, name: str) -> str:
        if name == "foo":
            raise ValueError("not foo")
        return name


class User(BaseModel):
    username: str


class Filters(BaseModel):
    limit: int = Field(100, gt=0, le=100)
    tags: list[str] = []


class OpenFilters(BaseModel):
    model_config = {"extra": "allow"}
    limit: int = 100


class FormData(BaseModel):
    username: str
    password: str


async def common_parameters(q: str | None = None, skip: int = 0) -> dict[str, Any]:
    return {"q": q, "skip": skip}


class Pages:
    def __init__(self, page: Annotated[int, Query(alias="page-number", ge=1)] = 1) -> None:
        self.page = page


async def signed_in(x_token: Annotated[str | None, Header()] = None) -> str:
    if x_token != "secret":
        raise HTTPException(401, "X-Token header invalid", headers={"WWW-Authenticate": "X-Token"})
    return x_token


def resource() -> Iterator[str]:
    events.append("open")
    try:
        yield "resource"
    finally:
        events.append("closed")


@router.get("/")
def nothing() -> dict[str, str]:
    return {"said": "hello"}


@router.get("/plain")
async def plain(limit: int = 10, q: str | None = None, short: bool = False, size: float = 1.5) -> dict[str, Any]:
    return {"limit": limit, "q": q, "short": short, "size": size}


@router.get("/default")
async def default(limit: int = Query(10, le=50), words: str = Query(..., min_length=3, pattern="^[a-z]+$")) -> Any:
    return {"limit": limit, "words": words}


@router.get("/annotated")
async def annotated(limit: Annotated[int, Query()], model: Model = Model.ALEX) -> Any:
    return {"limit": limit, "model": model}


@router.get("/untyped")
async def untyped(q=None):  # type: ignore[no-untyped-def] # as the tutorial's first examples
    return {"q": q}


@router.get("/lists")
async def lists(q: Annotated[list[str] | None, Query(alias="item-query")] = None, ids: set[int] = Query([])) -> Any:  # noqa: B008 - as the tutorial writes it
    return {"q": q, "ids": sorted(ids)}


@router.get("/either")
async def either(q: int | bool) -> Any:
    return {"q": q}


@router.get("/depends")
async def depends(common: Annotated[dict[str, Any], Depends(common_parameters)], pages: Pages = Depends()) -> Any:  # noqa: B008 - as the tutorial writes it
    return {**common, "page": pages.page}


@router.get("/model")
async def model(filters: Annotated[Filters, Query()]) -> Filters:
    return filters


@router.get("/open-model")
async def open_model(filters: Annotated[OpenFilters, Query()]) -> OpenFilters:
    return filters


@router.get("/key")
async def key(key: Annotated[str, Depends(APIKeyQuery(name="api-key"))]) -> Any:
    return {"key": key}


@router.get("/keys")
async def keys(
    header: Annotated[str, Depends(APIKeyHeader(name="X-Key"))],
    cookie: Annotated[str, Depends(APIKeyCookie(name="session"))],
) -> Any:
    return {"header": header, "cookie": cookie}


@router.get("/basic", dependencies=[Depends(HTTPBasic(realm="here"))])
async def basic() -> Any:
    return {}


@router.get("/guarded", dependencies=[Depends(signed_in)])
async def guarded(limit: int = 10) -> Any:
    return {"limit": limit}


@router.post("/guarded", dependencies=[Depends(signed_in)])
async def guarded_body(item: Item | None = None, limit: int = 10) -> Any:
    events.append("ran")
    return {"item": item, "limit": limit}


@router.get("/paths/{item_id}")
async def paths(item_id: Annotated[int, Path(title="The ID", ge=1)], q: str | None = None) -> Any:
    return {"item_id": item_id, "q": q}


@router.get("/headers")
async def headers(
    user_agent: Annotated[str | None, Header()] = None,
    x_count: Annotated[int, Header()] = 0,
    ads_id: Annotated[int | None, Cookie()] = None,
) -> Any:
    return {"user_agent": user_agent, "x_count": x_count, "ads_id": ads_id}


@router.post("/items", status_code=201)
async def create(item: Item) -> Item:
    return item


@router.put("/items/{item_id}")
async def update(item_id: int, item: Item, user: User, importance: Annotated[int, Body(gt=0)], q: str = "") -> Any:
    return {"item_id": item_id, "item": item, "user": user, "importance": importance, "q": q}


@router.post("/embedded")
async def embedded(item: Annotated[Item, Body(embed=True)]) -> Any:
    return item


@router.post("/anything")
async def anything(value: Annotated[Any, Body()] = None) -> Any:
    events.append("ran")
    return {"value": value}


@router.post("/form")
async def form(username: Annotated[str, Form()], age: Annotated[int, Form()] = 18) -> Any:
    return {"username": username, "age": age}


@router.post("/form-model")
async def form_model(data: Annotated[FormData, Form()]) -> Any:
    return data


@router.post("/token")
async def token(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Any:
    return {"username": form.username, "scopes": form.scopes}


@router.post("/file")
async def file(file: Annotated[bytes, File()], upload: UploadFile, note: Annotated[str, Form()] = "") -> Any:
    return {"size": len(file), "name": upload.filename, "content": (await upload.read()).decode(), "note": note}


@router.post("/optional-file")
async def optional_file(upload: UploadFile | None = None) -> Any:
    return {"name": upload and upload.filename}


@router.post("/raw")
async def raw(request: Request) -> Any:
    content = await request.body()
    return {"bytes": isinstance(content, bytes), "size": len(content)}


@router.post("/raw-json")
async def raw_json(request: Request) -> Any:
    return {"value": await request.json()}


@router.post("/both")
async def both(request: Request, item: Item) -> Any:
    return {"body": (await request.body()).decode(), "json": await request.json(), "item": item}


@router.get("/resource")
async def uses_resource(value: Annotated[str, Depends(resource)], tasks: BackgroundTasks) -> Any:
    tasks.add_task(events.append, "task")
    return {"value": value}


@router.delete("/items/{item_id}", status_code=204)
async def delete(item_id: int) -> None:
    """Without an answer."""


@router.get("/model-out", response_model=User)
async def model_out() -> Any:
    return {"username": "ada", "password": "secret"}


@router.get("/html", response_class=HTMLResponse)
async def html() -> str:
    return "<p>hello</p>"


@router.get("/text", response_class=PlainTextResponse, responses={200: {"description": "Words."}})
async def text() -> str:
    return "hello"


@router.get("/redirect")
async def redirect() -> RedirectResponse:
    return RedirectResponse("/plain")


@router.get("/stream")
async def stream() -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one "
        yield b"two"

    return StreamingResponse(parts(), media_type="text/plain")


@router.get("/own-headers")
async def own_headers(response: Response) -> Any:
    response.set_cookie("fakesession", "value")
    response.status_code = 202
    return {}


@router.get("/raises/{status}")
async def raises(status: int, detail: str | None = None) -> Any:
    raise HTTPException(status, detail, headers={"X-Error": "yes"})


@router.websocket("/ws")
async def websocket(socket: WebSocket, q: str | None = None) -> None:
    await socket.accept()
    await socket.send_json({"q": q, "said": await socket.receive_text()})
    await socket.close()


async def query_token(token: str) -> str:
    return token


def build() -> FastAPI:
    """The application, with its own lifespan."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[dict[str, str]]:
        events.append("up")
        yield {"model": "loaded"}
        events.append("down")

    app = DocumentedFastAPI(lifespan=lifespan, exception_handlers=EXCEPTION_HANDLERS)
    app.include_router(router)
    app.include_router(router, prefix="/inner", dependencies=[Depends(query_token)])
    return app
