"""Tokens of the corpus as the tutorial apps issue them: the same parameters, with the claims of each framework."""

from collections.abc import Mapping
from typing import Any

from tests.parity.tokens import minted
from tests.parity.tutorial.serving import Tutorial
from tests.parity.values import Reader
from tests.parity.world import TABLES

_EMAILS = {row["id"]: row["email"] for row in TABLES["users"]}


class DrfReader(Reader):
    """SimpleJWT's defaults: the user's id is in `user_id`; there is no issuer and no audience."""

    def token(self, description: Mapping[str, Any]) -> str:
        """A token of an account, in what the case asks for."""
        options = {key: self.read(part) for key, part in description.items() if key != "of"}
        user_id = self.read(self.accounts[description["of"]])
        asked = {("user_id" if name == "sub" else name): value for name, value in options.pop("claims", {}).items()}
        left_out = {"user_id" if name == "sub" else name for name in options.pop("without", ())}
        claims = {"user_id": user_id, **asked}
        return minted(user_id, claims=claims, without=[*left_out, *({"sub", "iss", "aud"} - asked.keys())], **options)


class FastapiReader(Reader):
    """The tutorial's: `sub` names the user as the sign-in form does; there is no issuer and no audience."""

    def token(self, description: Mapping[str, Any]) -> str:
        """A token of an account, in what the case asks for."""
        options = {key: self.read(part) for key, part in description.items() if key != "of"}
        email = _EMAILS.get(self.read(self.accounts[description["of"]]), "gone@example.com")
        asked, left_out = options.pop("claims", {}), options.pop("without", ())
        return minted(email, claims=asked, without=[*left_out, *({"iss", "aud"} - asked.keys())], **options)


READERS: Mapping[Tutorial, type[Reader]] = {"drf": DrfReader, "fastapi": FastapiReader}
