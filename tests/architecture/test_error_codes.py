"""Every code that a wing uses stands in errors.yaml, and every code of errors.yaml is used by both wings."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import WINGS, files, texts, tree
from tests.contract.document import ERRORS

PROBLEMS, FIELDS = set(ERRORS["problems"]), set(ERRORS["fields"])
every_wing = pytest.mark.parametrize("wing", WINGS, ids=lambda wing: wing.name)


def codes_given_to(wing: Path, callee: str, position: int) -> set[str]:
    """The texts that calls of a name pass at a position."""
    calls = (node for path in files(wing) for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    found = (call.args[position] for call in calls if _name(call.func) == callee and len(call.args) > position)
    return {node.value for node in found if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def codes_of_classes(wing: Path) -> set[str]:
    """The values of the class attribute `code`."""
    bodies = (node.body for path in files(wing) for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef))
    return {
        statement.value.value
        for body in bodies
        for statement in body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
        and "code" in {_name(target) for target in getattr(statement, "targets", [getattr(statement, "target", None)])}
    }


@every_wing
def test_every_problem_of_the_catalogue_has_its_class(wing: Path) -> None:
    assert codes_of_classes(wing) == PROBLEMS


@every_wing
def test_every_problem_that_is_answered_is_in_the_catalogue(wing: Path) -> None:
    assert codes_given_to(wing, "problem", 0) <= PROBLEMS


@every_wing
def test_every_field_code_that_is_told_is_in_the_catalogue(wing: Path) -> None:
    assert codes_given_to(wing, "FieldError", 2) <= FIELDS


@every_wing
def test_every_field_code_of_the_catalogue_is_used(wing: Path) -> None:
    used = {text for path in files(wing) for text in texts(path)}

    assert FIELDS - used == set()
