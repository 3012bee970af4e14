"""A Python shell in which `await` works, as in `python -m asyncio`, with the names that a developer needs."""

import ast
import asyncio
import sys
from code import InteractiveConsole
from contextlib import suppress
from inspect import iscoroutine
from types import CodeType, FunctionType
from typing import Any

from sqlalchemy import func, select

from fastapi_impl.categories import models as categories
from fastapi_impl.common.database.base import Base
from fastapi_impl.common.database.engine import get_engine, get_write_sessionmaker
from fastapi_impl.orders import models as orders
from fastapi_impl.products import models as products
from fastapi_impl.reports import models as reports
from fastapi_impl.users import models as users

MODULES = (users, categories, products, orders, reports)

with suppress(ImportError):
    import readline  # noqa: F401 - gives the prompt its history and editing keys


# --8<-- [start:shell]
class Shell(InteractiveConsole):
    """A console whose coroutines run in one event loop, so that they can share the session."""

    def __init__(self) -> None:
        self.session = get_write_sessionmaker()()
        models = {
            name: value
            for module in MODULES
            for name, value in vars(module).items()
            if isinstance(value, type) and issubclass(value, Base) and value is not Base
        }
        super().__init__({**models, "func": func, "select": select, "session": self.session})
        self.names = sorted(models)
        self.failed = False
        self.compile.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

    def run(self, command: str | None) -> int:
        """Run the command, else the input, else read commands from the terminal. Return the exit code."""
        with asyncio.Runner() as self.runner:
            try:
                if command is None and sys.stdin is not None and sys.stdin.isatty():
                    self.interact(self.banner, exitmsg="")
                    return 0
                self._run_code(sys.stdin.read() if command is None and sys.stdin is not None else command or "")
                return int(self.failed)
            finally:
                self.runner.run(self._close())

    @property
    def banner(self) -> str:
        """The line before the first prompt."""
        return f"{', '.join(self.names)}, func, select, session. Commit with `await session.commit()`."

    def runcode(self, code: CodeType) -> None:
        """Run one statement, and wait for it if it is a coroutine."""
        try:
            result: Any = FunctionType(code, self.locals)()
            if iscoroutine(result):
                self.runner.run(result)
        except SystemExit:
            raise
        except BaseException:
            self.failed = True
            self.showtraceback()

    def _run_code(self, source: str) -> None:
        try:
            code = compile(source, "<shell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except SyntaxError:
            self.failed = True
            self.showsyntaxerror("<shell>")
        else:
            self.runcode(code)

    async def _close(self) -> None:
        await self.session.close()
        await get_engine().dispose()
        # --8<-- [end:shell]
