"""`python -m console`: runs this service alone."""

from chassis.process.main import main
from console.service import SERVICE

main(SERVICE)
