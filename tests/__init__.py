"""The tests of the program, in the folders of what they are of."""

import gc

# Looking for garbage again and again is a quarter of the tests' time; once, at the end, tells what nobody closed
# (conftest.py). Here, since nothing is imported earlier.
gc.disable()
