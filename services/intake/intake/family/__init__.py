"""The household's own page: number and secret show where it stands, what comes next, and who looked."""
