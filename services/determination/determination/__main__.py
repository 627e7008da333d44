"""`python -m determination`: runs this service alone."""

from chassis.run import main
from determination.service import SERVICE

main(SERVICE)
