"""The dialect of the .NET and Java SDKs: AMF3 values in frames, remote methods on the same operations as REST.

1. No length is believed before that many bytes are there; depth and number are bounded (``reader.py``).
2. A method is a row of ``method.py``: it turns arguments into what REST would say, and the answer back.
3. What JSON cannot say of a message is kept for readers over AMF (``originals.py``), and told to readers of JSON.
"""
