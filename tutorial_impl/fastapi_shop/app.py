"""The application."""

from fastapi import FastAPI

from tutorial_impl.fastapi_shop import auth, catalogue, orders

app = FastAPI()
app.include_router(auth.router)
app.include_router(catalogue.router)
app.include_router(orders.router)


@app.get("/healthz")
@app.get("/readyz")
def health() -> dict[str, str]:
    return {"status": "ok"}
