"""WHAT A PERSON READS: why an assertion failed, what happened when, what would help.

1. It looks at what is there and changes nothing; it reads no clock (T15).
2. A text says what was expected, what was there instead, and the call that turns it green.
3. Values, instants and counts are said the same way everywhere (``phrase.py``), on one line each.
"""
