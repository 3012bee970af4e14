"""What is measured, in the order in which a round measures it: what only reads comes before what changes rows."""

from benchmarks.scenarios import data_sizes, reads, shopper, writes
from benchmarks.scenarios.scenario import Scenario, Step

__all__ = ["EVERY", "SCENARIOS", "Scenario", "Step"]

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario("product_detail", "one product by its slug", reads.product_detail),
        Scenario("product_list", "20 products: six orderings, first pages and deep ones", reads.product_list),
        Scenario("product_filter", "products of a category, in stock, in a price range", reads.product_filter),
        Scenario("product_search", "products by one or two words", reads.product_search),
        Scenario("category_list", "20 categories with counts of their products", reads.category_list),
        Scenario("order_history", "a customer's newest 20 orders with their lines", reads.order_history),
        Scenario("login", "password checked (argon2id), two tokens made", writes.login),
        Scenario("order_place", "an order of three lines with an idempotency key", writes.order_place),
        Scenario("shopper", "browse, search, look at three, order, see the orders", shopper.shopper),
        Scenario("product_create", "a product by staff, its slug made and kept unique", writes.product_create),
    )
}

# With those that are only measured on data sets of several sizes: what a page costs as the list grows.
EVERY: dict[str, Scenario] = SCENARIOS | {
    scenario.name: scenario
    for scenario in (
        Scenario(
            "product_page_first", "the first 10 products, newest and cheapest first", data_sizes.product_page_first
        ),
        Scenario("product_page_500", "the 500th page of 10, or the last full one", data_sizes.product_page_500),
    )
}
