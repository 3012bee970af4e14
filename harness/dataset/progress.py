"""Show a progress bar while a large data set is loaded."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

type Advance = Callable[[int], None]

_MIN_PRODUCTS = 50_000


@contextmanager
def progress(products: int) -> Iterator[Advance]:
    """Show a progress bar on standard error for a large data set. Yields a function that adds loaded products to it."""
    with Progress(console=Console(stderr=True), transient=True, disable=products < _MIN_PRODUCTS) as bar:
        task = bar.add_task(f"Loading {products:,} products", total=products)

        def advance(done: int) -> None:
            bar.advance(task, done)

        yield advance
