"""The same department, with signed answers: a JWS by PyJWT over the answer and exactly what it answers to.

NATS_URL=… SEED=…/tax.seed REGISTER=…/tax.csv SIGNING_KEY=…/tax.jwk python examples/departments/tax_signed.py
"""

import asyncio
import hashlib
import json
import os
from pathlib import Path

import jwt
import jwt.api_jws
import tax  # type: ignore[import-not-found]  # the file beside this one

KEY = jwt.PyJWK.from_json(Path(os.environ["SIGNING_KEY"]).read_text(encoding="utf-8-sig"), algorithm="EdDSA")


def answer_to(asked: bytes) -> bytes:
    question, answer = json.loads(asked), json.loads(tax.answer_to(asked))
    claims = {
        "department": question["department"],
        "round": question["round"],
        "question_sha256": hashlib.sha256(asked).hexdigest(),  # of the bytes as they came
    }
    header = {"kid": KEY.key_id, "typ": "lianshen-answer+jws"}
    return jwt.api_jws.encode(json.dumps(answer | claims).encode(), KEY.key, "EdDSA", headers=header).encode()


if __name__ == "__main__":
    asyncio.run(tax.serve(answer_to))
