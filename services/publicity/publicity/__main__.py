"""`python -m publicity`: runs this service alone."""

from chassis.run import main
from publicity.service import SERVICE

main(SERVICE)
