"""Enters several context managers at once."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager


@contextmanager
def entered_together[Entered](
    managers: Sequence[AbstractContextManager[Entered]], *, at_once: int
) -> Iterator[list[Entered]]:
    """Enter all context managers, `at_once` at a time, and leave them at the end in the same way.

    If one of them raises, those that have been entered are left before the exception is raised.
    """
    stacks = [ExitStack() for _ in managers]
    with ThreadPoolExecutor(at_once) as pool:
        entering = [pool.submit(stack.enter_context, manager) for stack, manager in zip(stacks, managers, strict=True)]
        try:
            wait(entering)
            yield [each.result() for each in entering]
        finally:
            # An interrupt ends the first wait early, and what is entered after leaving would stay open.
            wait(entering)
            leaving = [pool.submit(stack.close) for stack in stacks]
            wait(leaving)
            for each in leaving:
                each.result()
