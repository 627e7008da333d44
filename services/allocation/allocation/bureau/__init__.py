"""What passes between allocation and the housing bureau: a rental that is left, and our bans."""
