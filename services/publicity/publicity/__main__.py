"""`python -m publicity`: runs this service alone."""

from chassis.process.main import main
from publicity.service import SERVICE

main(SERVICE)
