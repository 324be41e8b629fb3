"""SOCKETS: a server that keeps connections, stops at once, can refuse connections, and be led to by intercepted hosts.

1. Loopback and a free port unless told otherwise; only ``interception.py`` touches what is global, and undoes it.
2. A thread for each connection; every thread and socket is gone when ``stop`` returns.
3. What a request means is none of its concern: it hands the WSGI environment on (``hosting.py``).
4. What the application raises is how the connection ends.
"""
