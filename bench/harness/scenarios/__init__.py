"""One scenario a file: a sentence on what it measures, how often by default, and run(results, in_full)."""
