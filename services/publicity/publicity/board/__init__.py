"""The public list as pages: who stands on it, until when, and a form to object."""
