"""What the command line may do here for a person who signed in there: the same roles, the same names, no pages."""
