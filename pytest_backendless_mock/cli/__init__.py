"""THE COMMAND LINE: ``backendless-mock``, for people at a terminal and for suites in any language.

1. ``parser.py`` names every verb and flag, and is all that ``--help`` loads; a verb's module is imported when it runs.
2. What asks a running mock speaks its control API, and knows nothing of what is behind it.
3. Exit codes: 0; 1 a verdict or a wait that does not hold; 2 what was typed; 3 no mock there, or no port to listen on.
   ``exec`` gives its command's own.
4. Answers go to standard output, everything else to standard error.
"""
