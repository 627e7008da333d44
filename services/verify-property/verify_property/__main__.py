"""`python -m verify_property`: runs this service alone."""

from chassis.process.main import main
from verify_property.service import SERVICE

main(SERVICE)
