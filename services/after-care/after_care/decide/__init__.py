"""What after-care decides: pure, time passed in."""
