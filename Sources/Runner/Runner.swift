// The runner.
