"""What a kiosk asks before it shows a form: the projects, the documents, and the texts to consent to. No secret."""

from collections.abc import Mapping
from datetime import date

from contracts.model import Shown
from intake.consent_texts import ConsentText, current_version
from procedures.hainan_2025 import titles
from procedures.hainan_2025.projects import Project
from procedures.policy import InForce


class ProjectView(Shown):
    """A project a form may name, and whether its registration is open today."""

    name: str
    title: str
    registration_opens: date
    registration_closes: date
    price_published: date | None
    open: bool


class DocumentView(Shown):
    """A document a form may name; one that is required and not there is a gap (Art. 22)."""

    name: str
    title: str
    title_zh: str
    required: bool
    article: str


class ConsentTextView(Shown):
    """A text to consent to; `current` is the one to show, and its version goes into `text_version`."""

    version: str
    in_force: date
    current: bool
    text: str
    text_zh: str


def projects_on(projects: Mapping[str, Project], today: date) -> list[ProjectView]:
    """Every project, and whether a family may register today, both days of the window included (Art. 25, 26(1))."""
    return [
        ProjectView(
            name=project.name,
            title=project.title,
            registration_opens=project.registration_opens,
            registration_closes=project.registration_closes,
            price_published=project.price_published,
            open=project.is_open(today),
        )
        for project in projects.values()
    ]


def documents_under(policy: InForce) -> list[DocumentView]:
    """What is required of everybody; what only some hand in comes after."""
    required = [(name, True, policy.article("required_documents")) for name in policy.required_documents]
    listed = [*required, ("own_income", False, policy.article("own_income_age"))]
    return [
        DocumentView(
            name=name,
            title=titles.title(titles.DOCUMENTS, name, "en"),
            title_zh=titles.title(titles.DOCUMENTS, name, "zh"),
            required=is_required,
            article=article,
        )
        for name, is_required, article in listed
    ]


def consent_texts_on(texts: dict[str, ConsentText], today: date) -> list[ConsentTextView]:
    """Every version, oldest first."""
    current = current_version(texts, today)
    return [
        ConsentTextView(
            version=version,
            in_force=text.in_force,
            current=version == current,
            text=text.en.strip(),
            text_zh=text.zh.strip(),
        )
        for version, text in texts.items()
    ]
