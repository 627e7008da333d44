"""A kiosk's vendor has the OpenAPI document alone: a client generated from it reaches everything a family needs."""

from pathlib import Path

from tests.support.running_system import Start
from tests.support.worlds import one_family
from tests.system.generated_client import GeneratedClient, generated_models


async def test_a_client_generated_from_the_document_applies_supplements_reads_and_withdraws(
    start: Start, tmp_path: Path
) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start(world)
    document = (await running.kiosk.get("/v1/openapi.json")).json()
    models = generated_models(document, tmp_path)
    kiosk = GeneratedClient(running.kiosk, document, models)

    assert form["project"] in [project.name for project in (await kiosk.call("projects")).body if project.open]
    required = [document.name for document in (await kiosk.call("documents")).body if document.required]
    [version] = [text.version for text in (await kiosk.call("consent_texts")).body if text.current]

    consents = [{"id_number": form["applicant"]["id_number"], "given": True, "text_version": version}]
    incomplete = {**form, "documents": required[1:], "consents": consents}
    taken = await kiosk.call("apply", body=incomplete, Idempotency_Key="a-vendors-own-key")
    number, secret = taken.body.receipt.application_number, f"Bearer {taken.body.receipt.secret}"
    gaps = taken.body.application.gaps
    assert (taken.status, taken.body.application.state) == (202, models.State.supplement_wanted)
    assert [gap.document for gap in gaps if gap.code == "missing-document"] == required[:1]

    # What is missing is filled in from the gaps alone.
    handed_in = {
        "documents": [gap.document for gap in gaps if gap.document],
        "consents": [
            {"id_number": form["members"][gap.member]["id_number"], "given": True, "text_version": version}
            for gap in gaps
            if gap.member is not None
        ],
    }
    for _ in range(2):
        supplemented = await kiosk.call("supplement", number, handed_in, Authorization=secret)
        assert (supplemented.status, supplemented.body.application.gaps) == (202, [])

    shown = await kiosk.call("status", number, Authorization=secret)
    assert shown.body.intake == models.Intake.accepted
    assert shown.body.updated_at >= shown.body.submitted_at
    assert (await kiosk.call("status", number)).status == 401
    assert (await kiosk.call("status", number, Authorization="Bearer WRONG")).status == 404

    withdrawn = await kiosk.call("withdraw", number, {"reason": "我们搬到外地"}, Authorization=secret)
    assert withdrawn.status == 202
    known = await kiosk.call("status", number, Authorization=secret)
    assert (known.body.state, known.body.withdrawal.reason) == (models.State.withdrawn, "我们搬到外地")

    refused = await kiosk.call("withdraw", number, {"reason": "\u3000"}, Authorization=secret)
    assert [(fault.pointer, fault.code) for fault in refused.body.errors] == [("/reason", "nothing-visible")]
    assert "没有任何变化" in refused.body.detail_zh
