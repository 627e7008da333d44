"""The pages of the bureau and the notary, and who may use them: part of the console's table."""

from console.bureau import after_pool, homes
from console.bureau.after_pool_offers import OFFERS as AFTER_THE_POOL
from console.bureau.ceremony import PUBLISH, again, ceremony, import_result, step
from console.bureau.ceremony_offers import OFFERS as OF_A_CEREMONY
from console.bureau.draws import ANNOUNCE, all_draws, announce, draws
from console.bureau.home_offers import OFFERS as OF_A_HOME
from console.bureau.importing import IMPORT
from console.looks import OFFICERS
from console.route import Route
from console.who import Role

WITH_THE_UNIT = OFFICERS | {Role.PROJECT_UNIT}
OF_A_DRAW = WITH_THE_UNIT | {Role.NOTARY}
"""Whoever has a part in a ceremony."""
DRAW, CASE, HOME = "/draws/{project}/{serial}", "/cases/{application}/after-pool", "/homes/{home}"

BUREAU_ROUTES: tuple[Route, ...] = (
    Route("GET", "/draws", OF_A_DRAW, all_draws, menu="draws.title"),
    Route("GET", "/draws/{project}", OF_A_DRAW, draws),
    Route("POST", "/draws/{project}", ANNOUNCE.roles, announce),
    Route("GET", DRAW, OF_A_DRAW, ceremony),
    *(Route("POST", f"{DRAW}/{offer.verb}", offer.act.roles, step(offer)) for offer in OF_A_CEREMONY),
    Route("POST", f"{DRAW}/{IMPORT.verb}", IMPORT.roles, import_result),
    Route("POST", f"{DRAW}/again", PUBLISH.roles, again),
    Route("GET", HOME, WITH_THE_UNIT, homes.home),
    Route("POST", HOME, OFFICERS, homes.opened),
    Route("POST", f"{HOME}/file", OFFICERS, homes.export),
    *(Route("POST", f"{HOME}/{offer.verb}", offer.act.roles, homes.act(offer)) for offer in OF_A_HOME),
    Route("GET", CASE, OFFICERS, after_pool.after_pool),
    Route("POST", CASE, OFFICERS, after_pool.opened),
    *(Route("POST", f"{CASE}/{offer.verb}", offer.act.roles, after_pool.act(offer)) for offer in AFTER_THE_POOL),
)
