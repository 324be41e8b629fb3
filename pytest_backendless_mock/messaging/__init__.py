"""THE CORE: the rules of Backendless messaging.

It is for: what a message, a channel, a subscription, a push is, and what becomes of it when.
1. Time is an argument, in integer microseconds since the epoch; nothing here reads a clock, waits or knows a thread.
2. Deliveries are computed by catching up: each is stamped with its own due instant, however late somebody looks.
3. A channel keeps one log; a subscription is a filter and a cursor into it.
4. What is refused raises one of ``errors.py`` and has changed nothing.
5. It tells the outside by events only (``event.py``), and imports no other room.
"""
