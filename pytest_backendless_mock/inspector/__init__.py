"""THE INSPECTOR: a page over the control API, at ``/__mock__/ui/``, for people.

1. ``door.py`` hands out the files in ``page/`` as they are, and knows nothing of what they show.
2. The page asks the control API, and nothing and nobody else; all of its URLs are relative.
3. Nothing is built and nothing is fetched: what a browser gets lies in the package.
4. What comes from messages is data: its Content-Security-Policy runs no script but the page's own files.
"""
