"""What follows of what, from the confirmed pool to the keys: pure, time and law passed in."""
