"""What this program writes about itself: the pages of docs/, the description, its examples.

`make docs` writes all of it, in a checkout with the packages of development; tests compare what stands there
with what would be written.
"""
