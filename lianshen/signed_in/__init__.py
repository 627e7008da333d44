"""A person at the command line: signed in at the console, or in a drill by a typed name that is marked."""
