"""Every action of a Django viewset that declares an input serializer validates its request in its first line."""

import ast

import pytest

from tests.architecture.source import DJANGO, classes, features, modules

VALIDATION = "data = self.get_validated_data()"
# The features without any operation that has a body.
WITHOUT_BODIES = {"reports"}

every_feature = pytest.mark.parametrize(
    "feature", sorted(feature for feature in features(DJANGO) if "views" in modules(DJANGO, feature))
)


def declared_actions(viewset: ast.ClassDef) -> set[str]:
    """Return the names in the viewset's `input_serializer_classes`."""
    for node in viewset.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "input_serializer_classes":
            assert isinstance(node.value, ast.Dict)
            return {str(ast.literal_eval(key)) for key in node.value.keys if key}
    return set()


def validating_actions(viewset: ast.ClassDef) -> set[str]:
    """Return the names of the methods whose first statement after the docstring is the validation."""
    methods = [node for node in viewset.body if isinstance(node, ast.FunctionDef)]
    return {
        method.name
        for method in methods
        if VALIDATION in [ast.unparse(node) for node in method.body[ast.get_docstring(method) is not None :][:1]]
    }


@every_feature
def test_actions_with_an_input_serializer_validate_the_request_first(feature: str) -> None:
    viewsets = classes(DJANGO / feature / "views.py")

    assert [validating_actions(viewset) for viewset in viewsets] == [declared_actions(viewset) for viewset in viewsets]
    assert any(declared_actions(viewset) for viewset in viewsets) == (feature not in WITHOUT_BODIES)
