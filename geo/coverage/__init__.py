"""Who is reached, by which standard, at which hour of the week, and who is not."""
