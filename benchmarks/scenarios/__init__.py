"""The scenarios, in the order of measurement: read-only scenarios come before those that change rows."""

from benchmarks.scenarios import data_sizes, endpoints, reads, shopper, writes
from benchmarks.scenarios.scenario import Scenario, Step

__all__ = ["EVERY", "OFFERED", "SCENARIOS", "Scenario", "Step"]

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario("product_detail", "one product by its slug", reads.product_detail),
        Scenario("product_list", "20 products: six orderings, first pages and deep ones", reads.product_list),
        Scenario("product_filter", "products of a category, in stock, in a price range", reads.product_filter),
        Scenario("product_search", "products by one or two words", reads.product_search),
        Scenario("category_list", "20 categories with counts of their products", reads.category_list),
        Scenario("order_history", "a customer's newest 20 orders with their lines", reads.order_history),
        Scenario("login", "a sign-in: verifies a password (argon2id) and creates two tokens", writes.login),
        Scenario("order_place", "an order of three lines with an idempotency key", writes.order_place),
        Scenario("shopper", "lists, a search, three products, an order of them, the list of orders", shopper.shopper),
        Scenario("product_create", "a product by a staff user, with a new unique slug", writes.product_create),
    )
}

# SCENARIOS, and those that only a single part measures.
OFFERED: dict[str, Scenario] = SCENARIOS | {
    scenario.name: scenario
    for scenario in (
        Scenario(
            "product_page_first", "the first page of 10 products, by date and by price", data_sizes.product_page_first
        ),
        Scenario(
            "product_page_500", "page 500 of 10 products each, or the last full page", data_sizes.product_page_500
        ),
        Scenario(
            "product_page_100", "100 products: six orderings, first pages and deep ones", endpoints.product_page_100
        ),
        Scenario("reads_with_sign_ins", "nine products, then a sign-in without latency", endpoints.reads_with_sign_ins),
    )
}

# OFFERED, and those for which servers need the endpoints of `benchmarks/endpoints`, or a cache.
EVERY: dict[str, Scenario] = OFFERED | {
    scenario.name: scenario
    for scenario in (
        Scenario("upstream", "a request for which the server waits 100 ms for another server", endpoints.upstream),
        Scenario("large_json", "a response of 1 MB", endpoints.large_json),
        Scenario("upload", "a form with a file of 1 MB", endpoints.upload),
        Scenario("cached_detail", "one product by its slug, from the cache of the process", reads.product_detail),
    )
}
