"""Several questions in one message to a department that shows it takes them, and one signature over the answers."""
