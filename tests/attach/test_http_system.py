"""A department over HTTP on a real system: it defers, brings its answer to the door, and is told to stop."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from contracts.jws import ANSWER, Signer, sha256
from lianshen.embedded.data_dir import DataDir
from tests.attach.https import Endpoint, served
from tests.support.departments import an_answer, deferred
from tests.support.up import lianshen, up
from tests.support.waiting import until

pytestmark = pytest.mark.slow


async def test_a_deferred_answer_comes_later_through_the_door_of_the_running_system(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    folder = data.path / "departments" / "tax"
    promised = datetime.now(UTC) + timedelta(hours=3)
    async with served(Endpoint(lambda question: deferred(question, promised), token="ours")) as tax:
        code, _, err = await lianshen(
            data,
            *("department", "add", "tax", "--by", "http", "--url", f"{tax.url}/query"),
            *("--notice-url", f"{tax.url}/notices", "--token"),
            typed="ours\n",
        )
        assert code == 0, err
        async with up(data) as running:
            [door] = [line.split()[-1] for line in running.said if "takes later answers over HTTP" in line]
            assert f"ANSWERS_URL={door}" in (folder / "attach.env").read_text()
            number = await running.apply()
            await running.until(number, "civil-affairs")
            state = await running.state("tax")
            assert (state["attached_by"], state["open_questions"], state["faults"]) == ("http", 1, [])
            [waiting] = (await running.status(number))["waiting_for"]
            assert waiting["promised_at"].startswith(promised.isoformat()[:19])

            signer = Signer.from_jwk((folder / "signing.jwk").read_text())
            claims = {"department": "tax", "round": 1, "question_sha256": sha256(tax.bodies[0])}
            said = an_answer(tax.asked[0], "found", {"income_recorded": True, "division": "150303"}) | claims
            token = (folder / "callback-token").read_text().strip()
            head = {"Authorization": f"Bearer {token}", "Content-Type": "application/jose"}
            async with httpx.AsyncClient(trust_env=False) as http:
                body = signer.sign(json.dumps(said).encode(), ANSWER)
                wrong = await http.post(door, content=body, headers=head | {"Authorization": "Bearer guessed"})
                assert wrong.status_code == 401
                for _ in range(2):
                    taken = await http.post(door, content=body, headers=head)
                    assert (taken.status_code, taken.json()) == (200, {"taken": True})
            await running.until(number, "tax")
            assert len(tax.asked) == 1, "nobody is asked again who promised"
            assert await running.do("audit") == "clean: every invariant holds\n"

            withdrawn = await running.apply()
            await running.until(withdrawn, "civil-affairs")
            await running.do("withdraw", withdrawn, "--by", "counter", "--reason", "they moved")
            await until(lambda: bool(tax.notices), within=20)
        assert [(it["what"], it["question_id"]) for it in tax.notices] == [("stop", tax.asked[1]["question_id"])]
