"""The form in which a person answers for a department: made from its contract, read and checked like an answer."""
