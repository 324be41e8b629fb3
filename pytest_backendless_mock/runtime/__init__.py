"""ONE RUNNING APPLICATION'S TIME AND STATE: the core behind one lock, brought to the present by a clock.

1. Everything enters through ``Backend.session()``: take the lock, read the time once, catch up, hand over the broker.
2. The lock is never held while calling out: listeners run after it is released, may publish and may advance.
3. Time is read in ``wall_clock.py`` alone and shown by ``virtual_time.py``; a journey raises it step by step.
4. What leaves is a copy (``record.py``).
5. What looks back (reports, verdicts) peeks, and reads no clock.
"""
