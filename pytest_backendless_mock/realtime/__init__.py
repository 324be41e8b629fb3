"""THE DOOR OVER SOCKET.IO: what the SDKs' listeners are connected to.

1. The codec (``engineio.py``, ``socketio.py``) is pure: bytes and packets, no socket, thread or time.
2. Who emits writes, in the thread in which it happened; no thread is ours, and none waits for a client.
3. No heartbeat is ever due, so that no timer is needed and a frozen clock ends no connection (R8).
4. What is no packet is an error in plain words, and ends that client's session only.
"""
