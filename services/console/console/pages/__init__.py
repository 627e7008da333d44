"""The pages, one idea a module; which there are stands in app.py."""
