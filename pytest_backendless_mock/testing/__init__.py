"""WHAT A TEST HOLDS: the mock, its channels, client, outbox and faults.

1. What these objects offer is public, documented and typed; all else about them is private.
2. Looking catches up with the clock first, and what is handed out is a snapshot.
3. Python calls take the same road as HTTP: the same operations, checks and errors.
4. Opening, judging and closing is the session's (``session.py``), for the plugin and for ``with`` blocks.
"""
