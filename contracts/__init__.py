"""What crosses the bus and the counter: events, questions, answers, the case, the policy. Imports nothing of ours."""
