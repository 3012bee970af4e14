"""Evaluators that make the tokens of a case with the claims that the tutorial shops accept."""

from collections.abc import Mapping
from typing import Any

from harness.servers.names import Tutorial
from tests.parity.expressions import Evaluator
from tests.parity.seed_data import TABLES
from tests.parity.tokens import make_token

_EMAILS = {row["id"]: row["email"] for row in TABLES["users"]}


class DjangoEvaluator(Evaluator):
    """Makes tokens as SimpleJWT does by default: `user_id` instead of `sub`, no issuer and no audience."""

    def token(self, description: Mapping[str, Any]) -> str:
        """Return a token of an account, with the changes that the case describes."""
        options = {key: self.evaluate(part) for key, part in description.items() if key != "of"}
        user_id = self.evaluate(self.accounts[description["of"]])
        claims = {("user_id" if name == "sub" else name): value for name, value in options.pop("claims", {}).items()}
        removed = {"user_id" if name == "sub" else name for name in options.pop("without", ())}
        return make_token(
            user_id,
            claims={"user_id": user_id, **claims},
            without=[*removed, *({"sub", "iss", "aud"} - claims.keys())],
            **options,
        )


class FastapiEvaluator(Evaluator):
    """Makes tokens as FastAPI's tutorial does: `sub` is the e-mail address, no issuer and no audience."""

    def token(self, description: Mapping[str, Any]) -> str:
        """Return a token of an account, with the changes that the case describes."""
        options = {key: self.evaluate(part) for key, part in description.items() if key != "of"}
        email = _EMAILS.get(self.evaluate(self.accounts[description["of"]]), "gone@example.com")
        claims, removed = options.pop("claims", {}), options.pop("without", ())
        return make_token(email, claims=claims, without=[*removed, *({"iss", "aud"} - claims.keys())], **options)


EVALUATORS: Mapping[Tutorial, type[Evaluator]] = {
    "tutorial-django": DjangoEvaluator,
    "tutorial-fastapi": FastapiEvaluator,
}
