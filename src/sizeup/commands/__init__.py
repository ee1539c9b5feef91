"""The commands, a module for each: `declare` its arguments, `run` it to an exit status."""
