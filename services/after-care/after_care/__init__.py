"""What follows the choice and the keys: exits, buy-backs, owners, one file a home."""
