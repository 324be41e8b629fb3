"""WHAT BACKENDLESS ANSWERS, WHOEVER ASKS: operations from JSON values to JSON values. No HTTP in it.

1. An operation (``operation.py``) does what the service documents, and nothing else.
2. What a test should know besides is looked at by observers of the call (``observer.py``), in one place.
3. Types, required fields and ranges live in the JSON Schemas; ``codec.py`` alone knows the fields' names.
4. A text that says what to do names a remedy (``remedy.py``), which each door says in its own words.
5. An application is given its time, and knows none of the doors.
"""
