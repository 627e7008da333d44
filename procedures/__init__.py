"""The law: one folder a regulation, pure. What a procedure asks, how it decides, and what it says."""
