"""The data set: the same seed and size give the same rows on every machine."""

from harness.dataset.loading import Sizes, is_empty, load
from harness.dataset.users import ADMIN, CUSTOMER_PASSWORD, SHOPPER, Account, customer

__all__ = ["ADMIN", "CUSTOMER_PASSWORD", "SHOPPER", "Account", "Sizes", "customer", "is_empty", "load"]
