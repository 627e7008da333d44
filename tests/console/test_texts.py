"""The console's texts: none is missing in either language, and none is left over."""

from pathlib import Path

import console
from console.site import TEXTS

from chassis.http.pages.texts import COMMON
from tests.support.page_texts import crooked, unknown, unused

FOLDER = Path(console.__file__).parent


def test_every_text_that_a_template_names_is_there() -> None:
    assert unknown(FOLDER, COMMON, *TEXTS) == set()


def test_every_text_is_named_somewhere_and_says_the_same_in_both_languages() -> None:
    table = {key: text for table in TEXTS for key, text in table.items()}
    assert unused(FOLDER, table) == set()
    assert crooked(table) == set()
