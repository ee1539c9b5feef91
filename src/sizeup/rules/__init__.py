"""What each kind of layer owns, emits and costs: a pure function per kind."""
