"""A simulated department signs as any department would: with a private JWK of its own."""

import json
from pathlib import Path

import jwt
import pytest

from contracts.jws import ANSWER, Signer, sha256
from lianshen.simulation.signing import NoKey, signing_with

ASKED = b'{"question_id": "Q1", "department": "tax", "round": 2}'
SEED = bytes(range(32))


def test_another_library_verifies_what_it_signs(tmp_path: Path) -> None:
    key, signer = tmp_path / "tax.jwk", Signer.from_seed(SEED)
    key.write_text(signer.jwk(SEED), encoding="utf-8-sig")
    token = signing_with(key)({"question_id": "Q1", "kind": "none"}, json.loads(ASKED), ASKED).decode()
    public = jwt.PyJWK.from_dict({"kty": "OKP", "crv": "Ed25519", "x": signer.x}, algorithm="EdDSA")
    said = json.loads(jwt.api_jws.decode(token, public.key, algorithms=["EdDSA"]))
    assert said == {
        "question_id": "Q1",
        "kind": "none",
        "department": "tax",
        "round": 2,
        "question_sha256": sha256(ASKED),
    }
    assert jwt.get_unverified_header(token) == {"alg": "EdDSA", "kid": signer.kid, "typ": ANSWER}


@pytest.mark.parametrize(
    "text", ["", "[]", '{"kty": "OKP", "crv": "Ed25519", "d": "a"}', '{"kty": "RSA", "crv": "Ed25519", "d": "AA"}']
)
def test_a_file_that_is_no_key_is_named_and_not_repeated(tmp_path: Path, text: str) -> None:
    key = tmp_path / "tax.jwk"
    key.write_text(text)
    with pytest.raises(NoKey, match=r"^tax\.jwk is no private Ed25519 key as a JWK$"):
        signing_with(key)
