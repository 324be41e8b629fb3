"""The core: the rules of Backendless messaging. No HTTP, no threads, no I/O, and time is an argument."""
