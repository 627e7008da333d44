"""Pages for people: one layout, two languages, no script needed, nothing loaded from elsewhere."""
