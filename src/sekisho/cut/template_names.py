"""The names of the templates; alone, so that a command line can be read without what reads them."""

NAMES = ("question", "call-centre", "mail-house", "bank-transfer", "screening", "statistics", "test-data")
"""In the order in which they are offered: what lets out least first."""
