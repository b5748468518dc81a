"""What ails a running registry, in plain words: each check gives findings, the worst of them is the exit code."""
