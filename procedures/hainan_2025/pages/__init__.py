"""What pages say beyond the words that letters share, and names after the pool that both use."""
