"""What stands in the log, by how its subjects begin; each kind has its events and its fold beside it."""

LOG_SUBJECTS = ("case.>", "claim.>", "register.>", "project.>", "draw.>", "home.>", "ban.>")
