"""Commands of the head of the bureau."""
