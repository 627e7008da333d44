"""Whether a live department keeps its contract: some forty scenarios, asked as production asks.

`scenarios` lists them all; each file beside it holds those of one kind. `kit` is how a scenario asks, `people` and
`registers` are who it asks about and what must come back, `play` runs them, `certificate` says that they went well.
"""
