"""What a month amounts to: figures as tables, charts and files; and who will miss a date next."""
