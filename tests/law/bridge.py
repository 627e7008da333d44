"""The project's reading, brought to the shapes of this folder: the only file here that may import the project.

Both functions are to be written by somebody who knows the project; until then they raise NotImplementedError, and
`python -m tests.law` runs the second reading alone. Anything else they raise counts as a difference.
"""

from tests.law.facts import Facts, Verdict
from tests.law.intake import StepOutput, Story


def project_verdict(facts: Facts) -> Verdict:
    """The project's determination of a case, as a Verdict.

    * `facts.members` are roles and ID numbers in capitals; names may be made up. A spouse's may be a foreigner's card.
    * Questions were asked on `facts.accepted_on`; the determination is made on `facts.as_of`.
    * `facts.answers` has each department that was asked: None is silent and overdue; else what it said of each person,
      records being in the contract's words, a missing key "not stated". Areas are decimal text, dates are `date`,
      an `x` in a register's number may be small. A department without a key was not asked (no adult: civil-affairs).
    * `facts.children_elsewhere` stand in an earlier open case of the project.

    To be given back:
    * `outcome`: eligible, review or ineligible, silent departments counting as unknown (as if no more will come);
    * `truths`: R17a, R17b, R17c, R18a, R18b, R18c, R32 and G20, each met, not_met or unknown;
    * `conditions`: carried or to_be_checked (G20), or none;
    * `waits_for`: the silent departments whose answer could still change the outcome; empty if it is certain.
    `because` is not compared.
    """
    raise NotImplementedError


def project_story(story: Story) -> list[StepOutput]:
    """What the project's intake says to each step of a story, one output a step.

    * Days are days of Asia/Shanghai; a step happens at noon. Registration is open from `opens` to `closes`, inclusive.
    * `post`: `form.documents` by name, `own_income` among them; `form.consents`: the ID numbers about whom there is an
      entry (a child's is given by the applicant). A member's role may be `parent`: whoever is no family member.
    * `supplement`, `withdraw`, `confirm_ineligible`: of the case posted in step `case`. To confirm, the case is to be
      brought to an ineligible determination first; it is an output `ineligible`.
    * `bureau`: what the ban list says that day by ID number in capitals; None is silent.

    To be given back, a StepOutput a step:
    * `state`: invalid, refused, supplement, accepted, withdrawn, ineligible, or unchanged where nothing is changed;
    * `grounds` of a refusal: R17a, R17b, R17c, R32, one-application, registration-window;
    * `gaps` of a supplement: names of documents, and ID numbers in capitals of members without a consent entry;
    * `notes` of an acceptance: bureau-silent, ban-unclear, child-elsewhere.
    """
    raise NotImplementedError
