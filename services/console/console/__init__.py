"""The pages of officers, clerks and operations: who is signed in, what each role may do, and what was looked at."""
