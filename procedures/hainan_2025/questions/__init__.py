"""What a department is asked outside of a review, each by a contract of its own."""
