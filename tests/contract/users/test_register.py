"""Registration: one account per email, the email in lower case, the password unchanged."""

from collections.abc import Callable
from functools import partial

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Client, Json, field_errors, send_concurrently, statuses
from tests.contract.document import bound
from tests.contract.shop import unique_email

URL = "/api/auth/register"


def registration_body(**changes: Json) -> Json:
    """Return a valid body with the given changes."""
    return {"email": unique_email(), "password": "long enough", "full_name": "Ada Lovelace"} | changes


def test_new_user_is_a_customer(anonymous: Client) -> None:
    body = registration_body()
    response = anonymous.post(URL, body)

    assert response.status_code == 201
    assert response.headers["location"] == "/api/auth/me"
    assert response.json() | {"id": "", "created_at": ""} == {
        "id": "",
        "email": body["email"],
        "full_name": "Ada Lovelace",
        "is_staff": False,
        "created_at": "",
    }


def test_email_is_stored_in_lower_case(anonymous: Client) -> None:
    email = unique_email()
    response = anonymous.post(URL, registration_body(email=f"  {email.upper()} "))

    assert response.json()["email"] == email


@pytest.mark.parametrize("change", [str.upper, str.title, str.strip, lambda email: f" {email}"])
def test_duplicate_email_is_rejected_case_insensitively(anonymous: Client, change: Callable[[str], str]) -> None:
    body = registration_body()
    anonymous.post(URL, body)

    assert field_errors(anonymous.post(URL, body | {"email": change(body["email"])})) == [
        ("body", "/email", "not_unique")
    ]


def test_concurrent_registrations_accept_an_email_once(anonymous: Client) -> None:
    body = registration_body()
    responses = send_concurrently([partial(anonymous.post, URL, body)] * 10)

    assert statuses(responses) == [201] + [422] * 9
    assert {field_errors(response)[0] for response in responses if response.status_code == 422} == {
        ("body", "/email", "not_unique")
    }


@pytest.mark.parametrize(
    "email",
    [
        "plain",
        "@example.com",
        "ab@",
        "a@localhost",
        "a b@example.com",
        "a@@example.com",
        "a@exa_mple.com",
        "a@-example.com",
        "a@example-.com",
        "a@example..com",
        "a@.example.com",
        "a@example.com.",
        "a@[127.0.0.1]",
        '"a"@example.com',
        "ä@example.com",
        "a@exämple.com",
        "a,b@example.com",
        "a@" + "x" * 64 + ".com",
    ],
)
def test_invalid_email_is_rejected(anonymous: Client, email: str) -> None:
    assert field_errors(anonymous.post(URL, registration_body(email=email))) == [("body", "/email", "invalid_email")]


@pytest.mark.parametrize("local", ["a.b+c", "!#$%&'*+/=?^_`{|}~-", ".a..b.", "1"])
def test_unusual_email_is_accepted(anonymous: Client, local: str) -> None:
    domain = unique_email().partition("@")[0]

    assert anonymous.post(URL, registration_body(email=f"{local}@{domain}.example")).status_code == 201


def test_values_of_maximum_length_are_accepted(anonymous: Client) -> None:
    suffix = f"@{'x' * 60}.example"
    body = registration_body(
        email=unique_email().partition("@")[0].rjust(bound("Email", "maxLength") - len(suffix), "x") + suffix,
        password="p" * bound("Password", "maxLength"),
        full_name="名" * bound("FullName", "maxLength"),
    )
    response = anonymous.post(URL, body)

    assert response.status_code == 201
    assert response.json()["full_name"] == body["full_name"]


def test_full_name_is_trimmed(anonymous: Client) -> None:
    assert anonymous.post(URL, registration_body(full_name="\u2003 Ada\u00a0")).json()["full_name"] == "Ada"


@pytest.mark.parametrize("password", [" " * 8, " spaces around ", "пароль-пароль", "😀" * 8])
def test_password_is_not_trimmed_or_normalized(anonymous: Client, password: str) -> None:
    body = registration_body(password=password)
    assert anonymous.post(URL, body).status_code == 201

    form = {"username": body["email"], "password": password}
    assert anonymous.post("/api/auth/login", data=form).status_code == 200
    assert anonymous.post("/api/auth/login", data=form | {"password": f"{password} "}).status_code == 401


def test_password_length_is_measured_in_code_points(anonymous: Client) -> None:
    short = "😀" * (bound("Password", "minLength") - 1)

    assert field_errors(anonymous.post(URL, registration_body(password=short))) == [("body", "/password", "too_short")]


def test_register_rejects_is_staff(anonymous: Client) -> None:
    response = anonymous.post(URL, registration_body(is_staff=True))

    assert field_errors(response) == [("body", "/is_staff", "unknown_field")]


def test_password_is_stored_as_argon2id(anonymous: Client, sql: Connection) -> None:
    user = anonymous.post(URL, registration_body()).json()
    with sql.cursor() as cursor:
        cursor.execute("SELECT password, is_active, is_superuser FROM users WHERE id = %s", (user["id"],))
        stored = cursor.fetchone()

    assert stored
    assert stored[0].startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored[1:] == (True, False)
