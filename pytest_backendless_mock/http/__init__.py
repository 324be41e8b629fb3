"""THE DOORS OVER HTTP: a WSGI application, without a socket.

1. A request goes down through each room once: its door (``mounts.py``), its dialect, its application, its operation.
2. A dialect (``rest/``, ``amf/``) says how one kind of client talks; the exchange is the same for all, in A4's order.
3. What HTTP keeps for an application (journal, stubs, faults) stands in ``tenants.py``; the service knows none of it.
4. Every answer satisfies its schema, errors too; whatever goes wrong, there is an answer, or what a fault asked for.
5. What is broken by a fault is not carried out, unless the fault says so.
"""
