"""Draws in the open: what is posted, the ceremony on a wall, the files, and the checker."""
