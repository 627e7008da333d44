"""The streams that stand beside the cases, each with what its events make of it: projects, draws, homes, bans."""

from chassis.log.aggregate import Aggregate
from contracts.bans import BAN_EVENTS, BanImposed, Bans
from contracts.bans import evolve as after_ban
from contracts.draws import DRAW_EVENTS, DrawRecord
from contracts.draws.draw import Draw
from contracts.draws.draw import evolve as after_draw
from contracts.homes import HOME_EVENTS, HomeRecord
from contracts.homes.home import HomeFile
from contracts.homes.home import evolve as after_home
from contracts.projects import PROJECT_EVENTS, ProjectRecord
from contracts.projects.project import SaleProject
from contracts.projects.project import evolve as after_project

PROJECTS: Aggregate[SaleProject, ProjectRecord] = Aggregate(PROJECT_EVENTS, SaleProject, after_project)
DRAWS: Aggregate[Draw, DrawRecord] = Aggregate(DRAW_EVENTS, Draw, after_draw)
HOMES: Aggregate[HomeFile, HomeRecord] = Aggregate(HOME_EVENTS, HomeFile, after_home)
BANS: Aggregate[Bans, BanImposed] = Aggregate(BAN_EVENTS, Bans, after_ban)
