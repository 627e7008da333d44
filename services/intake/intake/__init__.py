"""Applications come in: the form is read, its completeness assessed, and a case opened (Art. 21–23)."""
