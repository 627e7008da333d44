"""A department in a few lines: answers on the bus for the tax office, from a CSV file and with nothing of ours.

NATS_URL=nats://127.0.0.1:… SEED=…/tax.seed REGISTER=…/tax.csv python examples/departments/tax.py
"""

import asyncio
import csv
import json
import os
import sys
from collections.abc import Callable
from typing import Any

import nats
import nats.micro

with open(os.environ["REGISTER"], encoding="utf-8-sig", newline="") as lines:
    REGISTER = {row.pop("id_number"): row for row in csv.DictReader(lines)}


def about(id_number: str) -> dict[str, Any]:
    row = REGISTER.get(id_number.upper())
    if row is None:
        return {"id_number": id_number, "kind": "none", "records": []}
    record = {"income_recorded": row["income_recorded"] == "yes", "division": row["division"]}
    return {"id_number": id_number, "kind": "found", "records": [record]}


def answer_to(asked: bytes) -> bytes:
    question = json.loads(asked)
    persons = [about(person["id_number"]) for person in question["persons"]]
    kind = "found" if any(person["kind"] == "found" for person in persons) else "none"
    return json.dumps({"question_id": question["question_id"], "kind": kind, "persons": persons}).encode()


NO_QUESTION = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
Together = Callable[[list[str]], dict[str, Any]]


def answers_to(asked: list[str]) -> dict[str, Any]:
    """Several in one message, in their order; an error for what is no question."""
    return {"answers": [answer_or_error(answer_to, question) for question in asked]}


def answer_or_error(answer_to: Callable[[bytes], bytes], question: str) -> str | dict[str, str]:
    try:
        return answer_to(question.encode()).decode()
    except NO_QUESTION:
        return {"error": "400"}


async def serve(answer_to: Callable[[bytes], bytes], answers_to: Together) -> None:
    async def query(request: nats.micro.request.Request) -> None:
        try:
            answer = answer_to(request.data)
        except NO_QUESTION:
            await request.respond_error("400", "this is no question")  # never what was in it
            return
        await request.respond(answer)

    async def batch(request: nats.micro.request.Request) -> None:
        try:
            asked = [one["question"] for one in json.loads(request.data)["questions"]]
            reply = json.dumps(answers_to(asked)).encode()
        except NO_QUESTION:
            await request.respond_error("400", "this is no batch")
            return
        await request.respond(reply)

    servers = os.environ["NATS_URL"].split(",")
    nc = await nats.connect(servers, nkeys_seed=os.environ["SEED"], max_reconnect_attempts=-1)
    # The metadata is what brings batches: without it, leave the second endpoint out.
    service = await nats.micro.add_service(nc, name="tax", version="1.0.0", metadata={"batch": "64"})
    await service.add_endpoint(name="query", subject="department.tax.query.v1", handler=query)
    await service.add_endpoint(name="batch", subject="department.tax.batch.v1", handler=batch)
    await nc.flush()
    await nc.flush()  # again: the first ping of nats-py may overtake the subscription
    print("ready: tax", file=sys.stderr, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(answer_to, answers_to))
