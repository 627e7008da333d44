"""Pages of the housing bureau and the notary: prices, the ceremony of a draw, homes, and families after the pool."""
