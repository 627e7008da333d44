"""The two languages of every page, and how a person chooses: by `?lang=`, kept in a cookie that says nothing else."""

from collections.abc import Mapping
from typing import Literal

from starlette.requests import Request

from contracts.bilingual import Bilingual

Language = Literal["zh", "en"]
LANGUAGES: Mapping[Language, str] = {"zh": "中文", "en": "English"}
COOKIE = "lang"
FIRST: Language = "zh"


class UnknownText(LookupError):
    """A page names a text that no catalogue has."""


def chosen(request: Request) -> Language | None:
    """What this request asks for by `?lang=`."""
    return _language(request.query_params.get("lang"))


def language_of(request: Request) -> Language:
    """Chinese unless somebody chose otherwise."""
    return chosen(request) or _language(request.cookies.get(COOKIE)) or FIRST


def _language(word: str | None) -> Language | None:
    return next((language for language in LANGUAGES if language == word), None)


class Catalogue:
    """Every text of an app by its key; several tables make one, and no key stands in two."""

    def __init__(self, *tables: Mapping[str, Bilingual]) -> None:
        self.texts: dict[str, Bilingual] = {}
        for table in tables:
            if twice := self.texts.keys() & table.keys():
                raise ValueError(f"texts stand in two tables: {', '.join(sorted(twice))}")
            self.texts.update(table)

    def say(self, language: Language, key: str, **values: object) -> str:
        """A text with its braces filled. Raises UnknownText."""
        if key not in self.texts:
            raise UnknownText(key)
        text: str = getattr(self.texts[key], language)
        return text.format(**values) if values else text
