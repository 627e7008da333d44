"""The registers with the persons that the conformance kit asks about, in the shape of every world's."""

from pathlib import Path

OF_THE_KIT = Path(__file__).with_name("kit")
