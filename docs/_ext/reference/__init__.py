"""The pages of the reference that are made from the source: ``make reference`` writes them, and a test compares.

They are committed, so that they can be read where there is no site, on GitHub. What a page has between two marks is
made; what stands around it is written by hand.
"""
