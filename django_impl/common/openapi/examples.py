"""The examples of `shared_contract/examples.yaml`, for the generated document."""

from typing import Any

from django_impl.contract import PROBLEMS, load

EXAMPLES = load("examples.yaml")


def add_examples(result: dict[str, Any], **_options: Any) -> dict[str, Any]:
    """Add an example to each path parameter, body and response. drf-spectacular calls it as a postprocessing hook."""
    for item in result["paths"].values():
        for operation in item.values():
            _add_to_operation(operation, EXAMPLES["operations"].get(operation.get("operationId"), {}))
    return result


def _add_to_operation(operation: dict[str, Any], examples: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["name"] in examples.get("parameters", {}):
            parameter["example"] = examples["parameters"][parameter["name"]]
    if "request" in examples:
        for media in operation["requestBody"]["content"].values():
            media["example"] = examples["request"]
    for status, response in operation["responses"].items():
        for media_type, media in response.get("content", {}).items():
            if media_type == "application/problem+json":
                media["examples"] = {code: {"value": problem_example(code)} for code in _codes(media["schema"])}
            elif status.startswith("2") and "response" in examples:
                media["example"] = examples["response"]


def problem_example(code: str) -> dict[str, Any]:
    """Return the body of the problem `code` as a client receives it."""
    entry = PROBLEMS[code]
    body = {"type": f"tag:shop.example,2026:{code}", "title": entry["title"], "status": entry["status"]}
    body |= {"detail": entry["detail"], "code": code}
    return body | ({"errors": EXAMPLES["errors"]} if code == "invalid_request" else {})


def _codes(schema: dict[str, Any]) -> list[str]:
    """Return the problem codes that the schema of a response allows."""
    if "allOf" not in schema:
        return ["invalid_request"]
    code = schema["allOf"][1]["properties"]["code"]
    codes: list[str] = code.get("enum") or [code["const"]]
    return codes
