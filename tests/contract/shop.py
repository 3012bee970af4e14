"""Helpers that create test data: accounts through SQL, everything else through the API."""

import secrets
import time
import uuid
import warnings
from functools import cache
from typing import Any

import argon2
import jwt
from jwt.warnings import InsecureKeyLengthWarning
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.command_lines import SECRET_KEY
from tests.contract.client import Account, Client, Json
from tests.contract.document import SETTINGS

PASSWORD = "a password of the tests"
DESCRIPTION = "Made for one test, and gone with its database."


def unique_name(word: str = "thing") -> str:
    """Return a name that no other test uses."""
    return f"{word} {secrets.token_hex(5)}"


def unique_email() -> str:
    """Return an email address that no other test uses."""
    return f"{secrets.token_hex(8)}@example.com"


@cache
def _password_hash(password: str) -> str:
    """Return the hash of a password as Django stores it."""
    costs = SETTINGS["passwords"]
    hasher = argon2.PasswordHasher(costs["time_cost"], costs["memory_cost_kib"], costs["parallelism"])
    return f"argon2{hasher.hash(password)}"


def new_token(user_id: str, *, secret: str = SECRET_KEY, algorithm: str = "HS256", **changes: Any) -> str:
    """Return a token such as the implementations issue. `changes` replaces claims; None removes a claim."""
    now = int(time.time())
    claims = {
        "sub": user_id,
        "iat": now,
        "exp": now + SETTINGS["tokens"]["access_lifetime_seconds"],
        "jti": uuid.uuid4().hex,
        "iss": SETTINGS["tokens"]["issuer"],
        "aud": SETTINGS["tokens"]["audience"],
        "token_type": "access",
    } | changes
    with warnings.catch_warnings():
        # PyJWT warns that the secret is too short for HS512; the implementations reject HS512 in any case.
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)
        return jwt.encode(
            {name: value for name, value in claims.items() if value is not None}, secret, algorithm=algorithm
        )


def new_account(sql: Connection, *, is_staff: bool = False, is_active: bool = True) -> Account:
    """Insert a user whose password is PASSWORD, and return it with an access token."""
    email = unique_email()
    with sql.cursor() as cursor:
        cursor.execute(
            "INSERT INTO users (email, password, full_name, is_active, is_staff, is_superuser)"
            " VALUES (%s, %s, 'Test User', %s, %s, false) RETURNING id::text",
            (email, _password_hash(PASSWORD), is_active, is_staff),
        )
        (user_id,) = cursor.fetchone() or ("",)
    return Account(user_id, email, PASSWORD, new_token(user_id))


def new_category(staff: Client, **fields: Json) -> Json:
    """Create a category and return it; its name is unique unless one is given."""
    response = staff.post("/api/categories", {"name": unique_name("Category"), **fields})
    assert response.status_code == 201, response.text
    return response.json()


def product_body(category: Json, /, **changes: Json) -> Json:
    """Return a valid body for a new product, with the given changes."""
    body = {"name": unique_name("Product"), "description": DESCRIPTION, "price": "19.99", "category": category["slug"]}
    return body | changes


def new_product(staff: Client, category: Json, **fields: Json) -> Json:
    """Create a product and return it; by default its stock is 10 and its price 19.99."""
    response = staff.post("/api/products", product_body(category, **{"stock": 10, **fields}))
    assert response.status_code == 201, response.text
    return response.json()


def order_body(*products: Json, quantity: int = 1) -> Json:
    """Return the body of an order with `quantity` units of each product."""
    return {"items": [{"product": product["slug"], "quantity": quantity} for product in products]}


def new_order(shopper: Client, *products: Json, quantity: int = 1) -> Json:
    """Place an order and return it."""
    response = shopper.post("/api/orders", order_body(*products, quantity=quantity))
    assert response.status_code == 201, response.text
    return response.json()


def stock_of(client: Client, product: Json) -> int:
    """Return the stock of a product."""
    return int(client.get(f"/api/products/{product['slug']}").json()["stock"])


def rows(sql: Connection, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Return the rows of a statement."""
    with sql.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
