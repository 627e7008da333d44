"""What only people of the bureau do: they sign in, answer by hand, and the head opens who objected."""
