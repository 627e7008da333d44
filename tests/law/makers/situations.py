"""Every situation there is: each twists one register, as life does; its weight is how often."""

from collections.abc import Callable

from tests.law.makers import of_answers, of_bans_and_rentals, of_homes, of_people
from tests.law.makers.draft import Draft

SITUATIONS: tuple[tuple[Callable[[Draft], None], int], ...] = (
    (of_people.not_known, 8),
    (of_people.marriage_not_known, 4),
    (of_people.another_status, 5),
    (of_people.another_spouse, 4),
    (of_people.a_civil_cell_missing, 3),
    (of_people.somebody_died, 3),
    (of_people.a_registration_cancelled, 3),
    (of_people.hukou_elsewhere, 4),
    (of_people.a_registry_cell_missing, 4),
    (of_people.lives_elsewhere, 12),
    (of_people.child_elsewhere, 3),
    (of_homes.a_home, 10),
    (of_homes.another_use_of_a_home, 4),
    (of_homes.a_home_far_away, 2),
    (of_homes.a_home_sold_on, 3),
    (of_homes.a_cell_of_a_home_missing, 6),
    (of_homes.a_share_missing, 3),
    (of_homes.shares_above_the_whole, 3),
    (of_homes.a_contract, 8),
    (of_homes.a_cell_of_a_contract_missing, 5),
    (of_homes.a_contract_on_a_registered_unit, 8),
    (of_homes.two_contracts_on_one_unit, 4),
    (of_homes.a_contract_above_the_whole, 2),
    (of_homes.a_contract_and_a_silent_registry, 4),
    (of_bans_and_rentals.a_ban, 12),
    (of_bans_and_rentals.a_ban_without_an_end, 5),
    (of_bans_and_rentals.a_ban_of_our_own, 6),
    (of_bans_and_rentals.a_tenancy, 12),
    (of_answers.one_fails, 6),
    (of_answers.one_fails_for_everybody, 3),
    (of_answers.one_is_silent, 10),
    (of_answers.two_are_silent, 6),
    (of_people.small_x, 4),
)
WEIGHTS = tuple(weight for _, weight in SITUATIONS)
