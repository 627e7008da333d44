"""Projects, prices, deposits, draws, choosing, contracts and keys: from the confirmed pool to the home."""
