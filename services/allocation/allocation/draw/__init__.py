"""A draw that a family can check with the published files alone: hashes, places, and the check. Pure."""
