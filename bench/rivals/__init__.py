"""What others would build, as well as they would build it; used by the benchmarks alone."""
