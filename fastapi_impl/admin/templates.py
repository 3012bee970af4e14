"""The templates of starlette-admin, changed so that a strict Content-Security-Policy allows their scripts."""

from collections.abc import Callable

from jinja2 import Environment, PackageLoader

# The events are set in attributes, which have no nonce. The first belongs to the choice of columns, and the second to
# that of the page size. Neither is used.
HANDLERS = (' onclick="applyColumnVisibility()"', ' onchange="window.location = this.value"')


# --8<-- [start:loader]
class NonceLoader(PackageLoader):
    """Loads the templates of starlette-admin, with the nonce of the request in all scripts and styles."""

    def __init__(self) -> None:
        super().__init__("starlette_admin", "templates")

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool] | None]:
        """Return the source of a template; `@core/` before the name is that of starlette-admin."""
        source, path, is_current = super().get_source(environment, template.removeprefix("@core/"))
        for tag in ("script", "style"):
            source = source.replace(f"<{tag}>", f'<{tag} nonce="{{{{ request.state.csp_nonce }}}}">')
        for handler in HANDLERS:
            source = source.replace(handler.strip(), "")
        return source, path, is_current

    # --8<-- [end:loader]
