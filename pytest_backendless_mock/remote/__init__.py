"""THE FIXTURE FROM AFAR: what a test holds whose mock runs elsewhere, for suites that share one mock.

1. It has what ``testing`` has, by the same names and with the same records; ``refusal.py`` is the list of what it has
   not, and each of those says so in one sentence.
2. It speaks HTTP with the control API and knows none of that room's code: the two meet in ``docs/openapi``.
3. The mock judges, and its texts are raised as they come; here a record is compared only where no JSON can say what was
   expected.
4. A test has an application of its own, by its name, and a clock of its own, which nothing in the process
   follows.
5. It stands on ``testing``, whose checks of arguments it shares, and below the doors, one of which asks by its
   ``connection.py``.
"""
