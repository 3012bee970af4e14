"""Every error code that an implementation uses is in errors.yaml, and both implementations use every code of it."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import IMPLEMENTATIONS, files, texts, tree
from tests.contract.document import ERRORS

PROBLEMS, FIELDS = set(ERRORS["problems"]), set(ERRORS["fields"])
every_implementation = pytest.mark.parametrize(
    "implementation", IMPLEMENTATIONS, ids=lambda implementation: implementation.name
)


def codes_passed_to(implementation: Path, callee: str, position: int) -> set[str]:
    """Return the strings that are passed to a function as the argument at a position."""
    calls = (node for path in files(implementation) for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    found = (call.args[position] for call in calls if _name(call.func) == callee and len(call.args) > position)
    return {node.value for node in found if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def codes_of_classes(implementation: Path) -> set[str]:
    """Return the values of the class attribute `code`."""
    bodies = (
        node.body for path in files(implementation) for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)
    )
    return {
        statement.value.value
        for body in bodies
        for statement in body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
        and "code" in {_name(target) for target in getattr(statement, "targets", [getattr(statement, "target", None)])}
    }


@every_implementation
def test_every_problem_code_has_an_exception_class(implementation: Path) -> None:
    assert codes_of_classes(implementation) == PROBLEMS


@every_implementation
def test_every_problem_code_in_a_response_is_in_errors_yaml(implementation: Path) -> None:
    assert codes_passed_to(implementation, "problem_response", 0) <= PROBLEMS


@every_implementation
def test_every_field_code_in_a_response_is_in_errors_yaml(implementation: Path) -> None:
    assert codes_passed_to(implementation, "FieldError", 2) <= FIELDS


@every_implementation
def test_every_field_code_of_errors_yaml_is_used(implementation: Path) -> None:
    used = {text for path in files(implementation) for text in texts(path)}

    assert FIELDS - used == set()


@every_implementation
def test_every_code_of_an_error_frame_is_used(implementation: Path) -> None:
    assert set(ERRORS["frames"]) <= codes_passed_to(implementation, "fail", 0)
