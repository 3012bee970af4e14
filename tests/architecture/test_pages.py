"""The pages of both implementations have the same modules, functions and templates."""

from pathlib import Path

from tests.architecture.source import DJANGO, FASTAPI, classes, modules, public_functions

TEMPLATES = (DJANGO / "pages/templates/pages", FASTAPI / "pages/templates")
SAME_MODULE = {"views": "router", "urls": "router"}
# Modules and functions of one implementation only, and the reason.
ASYMMETRIES = {
    "apps": "Django installs the package as an app.",
    "sessions": "Django has sessions, FastAPI has a signed cookie.",
}
FUNCTIONS_OF_ONE = {
    "as_form": "DRF's serializers read forms as Django's QueryDict.",
    "parse_quantity": "FastAPI's API has such a function for queries.",
    "get_checked_form": "A dependency of FastAPI; on Django it is middleware.",
    "session_context": "Starlette's templates; Django's context processors are in the settings.",
}


def test_modules_are_the_same() -> None:
    django, fastapi = (
        {SAME_MODULE.get(name, name) for name in modules(implementation, "pages")} - set(ASYMMETRIES)
        for implementation in (DJANGO, FASTAPI)
    )

    assert django == fastapi


def test_functions_and_classes_are_the_same() -> None:
    for module in ("forms", "responses"):
        django, fastapi = (
            {one.name for one in (*classes(path), *public_functions(path))}
            for path in (implementation / "pages" / f"{module}.py" for implementation in (DJANGO, FASTAPI))
        )
        assert django ^ fastapi <= set(FUNCTIONS_OF_ONE), module


def test_templates_are_the_same() -> None:
    def names(directory: Path) -> set[str]:
        return {path.name for path in directory.iterdir()}

    django, fastapi = map(names, TEMPLATES)
    assert django == fastapi
