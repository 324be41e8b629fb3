"""Selectors: SQL-92 conditions over headers, parsed once and compiled into functions of the headers.

Text becomes a tree (``grammar.py``), its nodes are conditions and terms, each of which compiles into a function and
can say why it is not true. Truth has three values; matching takes bounded time, whatever the text (C8). Nothing here
knows a message or a channel.
"""
