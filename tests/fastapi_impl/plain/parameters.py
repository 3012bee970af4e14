"""Routes with parameters in the query, the path, headers and cookies."""

from __future__ import annotations  # FastAPI also reads annotations that are strings

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Depends, Header, Path, Query, Request
from fastapi.security import APIKeyCookie, APIKeyHeader, APIKeyQuery, HTTPBasic
from pydantic import BaseModel, Field

from fastapi_impl.common.http.routes import ContractRoute

router = APIRouter(route_class=ContractRoute)


class Model(StrEnum):
    ALEX = "alexnet"
    RES = "resnet"


class Filters(BaseModel):
    limit: int = Field(100, gt=0, le=100)
    tags: list[str] = []


class OpenFilters(BaseModel):
    model_config = {"extra": "allow"}
    limit: int = 100


class AnyParameters(BaseModel):
    model_config = {"extra": "allow"}


async def common_parameters(q: str | None = None, skip: int = 0) -> dict[str, Any]:
    return {"q": q, "skip": skip}


class Pages:
    def __init__(self, page: Annotated[int, Query(alias="page-number", ge=1)] = 1) -> None:
        self.page = page


@router.get("/")
def no_parameters() -> dict[str, str]:
    return {"message": "hello"}


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


@router.get("/own-query")
async def own_query(request: Request, declared: Annotated[AnyParameters, Query()]) -> Any:
    return {"x": request.query_params.getlist("x"), "declared": declared}


@router.get("/undeclared-query")
async def undeclared_query(request: Request) -> Any:
    return {"x": request.query_params.getlist("x")}


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
