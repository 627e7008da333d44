"""Pages of the project unit: projects, deposits, choosing, contracts and keys (Art. 25, 26, 34)."""
