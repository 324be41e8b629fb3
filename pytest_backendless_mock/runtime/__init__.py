"""One running application: the core, brought to the present by a clock that tests move."""
