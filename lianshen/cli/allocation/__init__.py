"""Commands about homes of a project: their draw."""
