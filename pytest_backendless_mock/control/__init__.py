"""THE DOOR FOR TOOLS: what a test in any language asks for under ``/__mock__/``, and the server it asks.

1. It is a WSGI application beside the service: mounted by its prefix, journaled nowhere, in no clock's way.
2. An application has a clock of its own, which nothing in the process notices; no test names one in a header.
3. What happens is done by the rooms below; here it is read from JSON, judged by a schema, and written as JSON.
4. The table of routes (``table.py``) is the one list of what there is: requests, descriptions and tests go by it.
5. Every error is a problem (RFC 9457) that says what to do; whatever else is raised is a bug, and says so.
6. Only who may ask is answered: ``guard.py`` comes before everything else.
7. No timer: what has to be looked at is looked at when somebody asks.
"""
