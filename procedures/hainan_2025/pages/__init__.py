"""What pages say beyond the words that letters share."""
