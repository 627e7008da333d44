"""What a person may do now with a project, a draw or a family: acts of the command line as forms of a page."""
