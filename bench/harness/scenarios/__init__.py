"""One scenario per file: a docstring that says what it measures, REPEATS, and run(results, in_full)."""
