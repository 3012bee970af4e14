"""The application."""

from fastapi import FastAPI

from tests.parity.tutorial.fastapi_app import auth, catalogue, orders

app = FastAPI()
app.include_router(auth.router)
app.include_router(catalogue.router)
app.include_router(orders.router)


@app.get("/healthz")
@app.get("/readyz")
def health() -> dict[str, str]:
    return {"status": "ok"}
