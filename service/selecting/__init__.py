"""What the commands of selections say: forms, campaigns, candidates, notices and posters."""
