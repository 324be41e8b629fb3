"""The dialect of JSON clients: which operation method and path ask for, and JSON bodies as strict as W6 and W7 are.

The route table is the only list of paths; the first row that fits is taken.
"""
