"""Fixtures: clients of both admins, anonymous and signed in as staff."""

from collections.abc import Iterator

import pytest

from tests.contract.admin.client import Admin, open_admin
from tests.contract.client import Account, Client, Json
from tests.contract.shop import new_order


@pytest.fixture
def admin(request: pytest.FixtureRequest, anonymous: Client) -> Iterator[Admin]:
    """Yield a client of the admin that is not signed in, of the implementation of `anonymous`."""
    with open_admin(request.getfixturevalue(anonymous.implementation)) as client:
        yield client


@pytest.fixture
def staff_admin(admin: Admin, staff_account: Account) -> Admin:
    """Return a client of the admin that is signed in as staff."""
    response = admin.sign_in(staff_account.email)
    assert response.url.path == "/admin/", response.text[:1000]
    return admin


@pytest.fixture
def order(shopper: Client, product: Json) -> Json:
    """Place an order."""
    return new_order(shopper, product)
