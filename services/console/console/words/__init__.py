"""The texts of the pages about cases, one table a part; site.py lists them."""
