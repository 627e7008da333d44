"""The form for what is missing: only what was asked for can be ticked, and nothing is typed. Pure."""

from dataclasses import dataclass

from chassis.http.pages.posted import Posted
from contracts.application import Consent, Supplement
from contracts.case.case import Case
from contracts.case.states import State
from procedures.hainan_2025.titles import role_of


@dataclass(frozen=True)
class MissingConsent:
    """Whose consent is missing; the field says the person's place on the form, never a number of theirs."""

    field: str
    id_number: str
    name: str
    role: str


@dataclass(frozen=True)
class Missing:
    """Every gap of the newest request."""

    documents: tuple[str, ...]
    consents: tuple[MissingConsent, ...]

    def given(self, posted: Posted, version: str | None) -> Supplement | None:
        """What was ticked; None for nothing. Without a text in force nobody can consent to one."""
        documents = tuple(name for name in self.documents if posted.has(f"document-{name}"))
        consents = tuple(
            Consent(id_number=one.id_number, given=True, text_version=version)
            for one in self.consents
            if version is not None and posted.has(one.field)
        )
        return Supplement(documents=documents, consents=consents) if documents or consents else None


def missing(case: Case) -> Missing | None:
    """None where nothing is asked for."""
    if case.state is not State.SUPPLEMENT_WANTED or case.form is None:
        return None
    gaps, form = case.supplements[-1].gaps, case.form
    names = {form.applicant.id_number: form.applicant.name}
    names |= {member.id_number: member.name for member in form.members}
    wanted = [gap.consent_of for gap in gaps if gap.consent_of is not None and gap.consent_of in names]
    consents = tuple(
        MissingConsent(f"consent-{form.everyone.index(number)}", number, names[number], role_of(form, number))
        for number in wanted
    )
    return Missing(tuple(gap.document for gap in gaps if gap.document), consents)
