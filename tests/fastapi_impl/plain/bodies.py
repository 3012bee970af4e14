"""Routes with JSON bodies, forms and files, and routes that require authentication."""

from __future__ import annotations  # FastAPI also reads annotations that are strings

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, File, Form, Header, HTTPException, Request, UploadFile
from fastapi.security import OAuth2PasswordRequestForm
from pydantic import BaseModel, Field, field_validator
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError

from fastapi_impl.common.http.routes import ContractRoute
from tests.fastapi_impl.plain.events import events

router = APIRouter(route_class=ContractRoute)


class Item(BaseModel):
    name: str
    price: float = Field(gt=0)
    tags: list[str] = []

    @field_validator("name")
    @classmethod
    def reject_foo(cls, name: str) -> str:
        if name == "foo":
            raise ValueError("not foo")
        return name


class User(BaseModel):
    username: str


class LoginForm(BaseModel):
    username: str
    password: str


async def verify_token(x_token: Annotated[str | None, Header()] = None) -> str:
    if x_token != "secret":
        raise HTTPException(401, "X-Token header invalid", headers={"WWW-Authenticate": "X-Token"})
    return x_token


@router.get("/guarded", dependencies=[Depends(verify_token)])
async def guarded(limit: int = 10) -> Any:
    return {"limit": limit}


@router.post("/guarded", dependencies=[Depends(verify_token)])
async def guarded_body(item: Item | None = None, limit: int = 10) -> Any:
    events.append("called")
    return {"item": item, "limit": limit}


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
    events.append("called")
    return {"value": value}


@router.post("/form")
async def form(username: Annotated[str, Form()], age: Annotated[int, Form()] = 18) -> Any:
    return {"username": username, "age": age}


@router.post("/form-model")
async def form_model(data: Annotated[LoginForm, Form()]) -> Any:
    return data


@router.post("/token")
async def token(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Any:
    return {"username": form.username, "scopes": form.scopes}


@router.post("/file")
async def file(file: Annotated[bytes, File()], upload: UploadFile, note: Annotated[str, Form()] = "") -> Any:
    return {"size": len(file), "name": upload.filename, "content": (await upload.read()).decode(), "note": note}


@router.post("/limited-form", form_limits={"max_fields": 1, "max_files": 1, "max_part_size": 10})
async def limited_form(note: Annotated[list[str], Form()], upload: list[UploadFile]) -> Any:
    return {"notes": len(note), "files": len(upload)}


@router.post("/limited-file", max_body_size=2_000_000)
async def limited_file(upload: UploadFile) -> Any:
    return {"size": upload.size}


@router.post("/optional-file")
async def optional_file(upload: UploadFile | None = None) -> Any:
    return {"name": upload and upload.filename}


@router.post("/files-after-schema-change")
async def files_after_schema_change(upload: list[UploadFile]) -> Any:
    content = [await each.read() for each in upload]
    events.append("called")
    if len(events) == 1:
        outdated = AsyncAdapt_asyncpg_dbapi.InvalidCachedStatementError("outdated")  # type: ignore[no-untyped-call]
        raise DBAPIError("SELECT 1", {}, outdated)
    return {"content": content}


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
