"""Homes of a project for the families of its pool: from the announcement to the keys."""
