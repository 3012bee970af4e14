"""The generated document, and two pages that show it and load nothing from another server."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from starlette.convertors import PathConvertor, register_url_convertor

from fastapi_impl.common.exceptions import NotAcceptable, NotFound
from fastapi_impl.common.http.negotiation import accepts_json
from fastapi_impl.common.http.routes import ExactRoute

STATIC = Path(__file__).resolve().parents[2] / "static"
ASSETS = {
    name: STATIC / folder / name
    for folder, name in [
        ("swagger-ui", "swagger-ui-bundle.js"),
        ("swagger-ui", "swagger-ui.css"),
        ("swagger-ui", "favicon-32x32.png"),
        ("redoc", "redoc.standalone.js"),
    ]
} | {f"pages/{name}": STATIC / "pages" / name for name in ["base.min.css", "shop.css", "orders.js", "icon.svg"]}
FAVICON = "/static/favicon-32x32.png"
# Without this policy ReDoc fetches a logo from another server.
POLICY = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; worker-src blob:; "
        "img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}


class AssetConvertor(PathConvertor):
    """Matches a path with at least one character, as Django's `path` does."""

    regex = ".+"


register_url_convertor("asset", AssetConvertor())

router = APIRouter(include_in_schema=False, route_class=ExactRoute)


@router.get("/openapi.json")
async def document(request: Request) -> JSONResponse:
    """The OpenAPI document."""
    if not accepts_json(request.headers.get("accept", "")):
        raise NotAcceptable
    return JSONResponse(request.app.openapi())


@router.get("/docs")
async def swagger_ui() -> HTMLResponse:
    """Swagger UI."""
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Shop (FastAPI): Swagger UI",
        swagger_js_url="/static/swagger-ui-bundle.js",
        swagger_css_url="/static/swagger-ui.css",
        swagger_favicon_url=FAVICON,
        swagger_ui_parameters={"validatorUrl": None},
    )
    page.headers.update(POLICY)
    return page


@router.get("/redoc")
async def redoc() -> HTMLResponse:
    """ReDoc."""
    page = get_redoc_html(
        openapi_url="/openapi.json",
        title="Shop (FastAPI): ReDoc",
        redoc_js_url="/static/redoc.standalone.js",
        redoc_favicon_url=FAVICON,
        with_google_fonts=False,
    )
    page.headers.update(POLICY)
    return page


@router.get("/static/{name:asset}")
async def asset(name: str) -> FileResponse:
    """A script, stylesheet or icon of the pages."""
    if name not in ASSETS:
        raise NotFound
    return FileResponse(ASSETS[name])
