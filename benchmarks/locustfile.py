"""The scenarios of the benchmark as users of Locust's command line, for a server at any address.

    THROTTLING=false make up
    .venv/bin/locust -f benchmarks/locustfile.py --host http://127.0.0.1:8001

Each class sends one scenario. Names of classes on the command line choose among them. The server needs the demo data
of `make up`, and keeps the orders and products that a test adds. The page docs/load-from-other-machines.md explains
how to use several machines, and what these figures do not show.
"""

from argparse import ArgumentParser

from locust import events

from benchmarks.remote.users import SAMPLE_SEED, SAMPLE_SIZE, ScenarioUser


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator] # Locust types it in part
def add_options(parser: ArgumentParser) -> None:
    """Add the options of the sample to Locust's command line."""
    group = parser.add_argument_group("Sample of the server's rows")
    group.add_argument("--sample-size", type=int, default=SAMPLE_SIZE, help="Number of products that requests name.")
    group.add_argument("--sample-seed", type=int, default=SAMPLE_SEED, help="Seed with which they are drawn.")


class ProductDetail(ScenarioUser):
    """Reads one product by its slug."""

    scenario = "product_detail"


class ProductList(ScenarioUser):
    """Reads pages of 20 products in six orderings, first pages and deep ones."""

    scenario = "product_list"


class ProductFilter(ScenarioUser):
    """Reads the products of a category that are in stock and in a price range."""

    scenario = "product_filter"


class ProductSearch(ScenarioUser):
    """Searches for products by one or two words."""

    scenario = "product_search"


class CategoryList(ScenarioUser):
    """Reads pages of 20 categories with counts of their products."""

    scenario = "category_list"


class OrderHistory(ScenarioUser):
    """Reads a customer's newest 20 orders with their lines."""

    scenario = "order_history"


class Login(ScenarioUser):
    """Signs in, which verifies a password (argon2id) and creates two tokens."""

    scenario = "login"


class OrderPlace(ScenarioUser):
    """Places an order of three lines with an idempotency key."""

    scenario = "order_place"


class Shopper(ScenarioUser):
    """Reads lists and three products, searches, orders these products and reads the newest orders."""

    scenario = "shopper"


class ProductCreate(ScenarioUser):
    """Creates a product as a staff user, with a new unique slug."""

    scenario = "product_create"
