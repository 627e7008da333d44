"""Seven working days on the public list, objections to it, and the confirmed waiting pool."""
