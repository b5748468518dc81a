"""What `make bench` measures: our figures against named rivals, as ratios in one run."""
