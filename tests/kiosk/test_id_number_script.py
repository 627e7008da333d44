"""The script that checks a number while it is typed says what the server says (GB 11643, GA 2102)."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import intake.kiosk.site
import pytest

from contracts.faults import Faulty
from contracts.people import CHECK_DIGITS, PROVINCES, valid_id_number
from tests.kiosk.at_the_kiosk import Kiosk
from tests.support.families import an_id_number

SCRIPT = (Path(intake.kiosk.site.__file__).parent / "static" / "id_number.js").read_text("utf-8")
GOOD = ["11010519491231002X", "11010519491231002x", "440524188001010014", an_id_number(), an_id_number(2016)]
BAD = [
    *(
        "",
        "1",
        "150303880312001",
        "ABC150303880312",
        "15030319880312001Y",
        "1503031988031200１X",
        "000000000000000000",
    ),
    *("150303199002290018", "150303190002290016", "150303199013010019", "110105194912310021", "11010519491231002"),
    *("911124198108030024", "900024198108030024", "150303000001010019"),
]


def server(number: str) -> str:
    try:
        valid_id_number(number)
    except Faulty as faulty:
        return faulty.code
    return ""


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed: the browser tests try the script")
def test_the_script_and_the_server_say_the_same_of_every_number() -> None:
    numbers = [*GOOD, *BAD, *(good[:17] + digit for good in GOOD for digit in CHECK_DIGITS)]
    functions = SCRIPT[SCRIPT.index("const isDay") : SCRIPT.index("for (const field")]
    program = (
        f"const provinces = new Set({json.dumps(sorted(PROVINCES))}), checkDigits = {json.dumps(CHECK_DIGITS)};"
        f"{functions}; console.log(JSON.stringify({json.dumps(numbers)}.map(wrong)));"
    )
    said = json.loads(subprocess.check_output(["node", "-e", program], text=True))
    assert said == [server(number) for number in numbers]


def test_every_code_of_the_script_has_the_words_of_the_server() -> None:
    codes = set(re.findall(r'"(id-number-[a-z0-9-]+)"', SCRIPT))
    assert codes == {code for code in map(server, BAD) if code}


async def test_the_page_hands_the_script_its_tables_and_words() -> None:
    async with Kiosk().family() as family:
        await family.post("/")
        await family.get("/applicant")
    assert f'data-check-digits="{CHECK_DIGITS}"' in family.text
    assert f'data-provinces="{" ".join(sorted(PROVINCES))}"' in family.text
    assert 'data-id-number-check-digit="末位校验码不符' in family.text
