"""A family applies at the kiosk, is told what is missing, hands it in on its page and sees where it stands."""

import pytest
import pytest_asyncio

from contracts.application import ApplicationForm
from contracts.case.states import State
from lianshen.demo.synthetic_world import make_crowd
from tests.browser.at_the_kiosk import apply
from tests.browser.conftest import Come
from tests.browser.families import sign_in
from tests.browser.meeting import meet
from tests.support.browser.keyboard import Keyboard
from tests.support.browser.visitor import Look
from tests.support.running_system import Running, Start
from tests.support.waiting import until
from tests.support.worlds import form_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(start_once: Start, tmp_path_factory: pytest.TempPathFactory) -> Running:
    return await start_once(make_crowd(tmp_path_factory.mktemp("world"), 2))


def form(running: Running, n: int) -> ApplicationForm:
    assert running.system.world is not None
    return ApplicationForm.model_validate(form_in(running.system.world, n))


def of_the_family(whole: ApplicationForm) -> tuple[str, ...]:
    """Names, numbers, telephone and address: what no address of a page may have."""
    people = (whole.applicant, *whole.members)
    own = [it for person in people for it in (person.name, person.id_number)]
    return (*own, whole.applicant.phone or whole.applicant.name, whole.residence.address or whole.applicant.name)


async def test_by_keys_alone_from_the_first_screen_to_the_public_list(come: Come, running: Running) -> None:
    whole = form(running, 0)
    keys = Keyboard(page := await come(Look(private=of_the_family(whole))))
    missing = whole.model_copy(update={"documents": whole.documents[1:], "consents": whole.consents[:1]})
    receipt = await apply(keys, running.address("kiosk"), missing)
    assert (await running.case(receipt.number)).state is State.SUPPLEMENT_WANTED

    await page.goto(running.address("family"))
    await meet(page, "family-sign-in")
    await sign_in(keys, running.address("family"), receipt)
    await meet(page, "family-something-missing")
    await keys.press("#go-supplement")
    for box in await page.locator("input[type=checkbox]").all():
        await keys.tick(f"#{await box.get_attribute('id')}")
    await meet(page, "family-supplement")
    await keys.press("#send")

    async def on_the_list() -> bool:
        return (await running.case(receipt.number)).state in (State.IN_PUBLICITY, State.POOL_CONFIRMED)

    await until(on_the_list, 30)
    for path in ("case", "rules", "looks", "notices"):
        await page.goto(f"{running.address('family')}/{path}")
        await meet(page, f"family-{path}")


async def test_whoever_has_no_script_gets_a_receipt_and_sees_where_it_stands(come: Come, running: Running) -> None:
    keys = Keyboard(page := await come(Look(script=False)))
    receipt = await apply(keys, running.address("kiosk"), form(running, 1), look=False)
    await sign_in(keys, running.address("family"), receipt)
    assert await page.locator("#state").is_visible()
    assert receipt.secret not in page.url
