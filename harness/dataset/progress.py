"""Progress of a load that takes more than a moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

type Advance = Callable[[int], None]

_LONG = 50_000


@contextmanager
def progress(products: int) -> Iterator[Advance]:
    """A bar on standard error when the load is long, and the function that moves it by so many products."""
    with Progress(console=Console(stderr=True), transient=True, disable=products < _LONG) as bar:
        task = bar.add_task(f"Loading {products:,} products", total=products)

        def advance(done: int) -> None:
            bar.advance(task, done)

        yield advance
