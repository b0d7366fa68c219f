"""Pictures into a training folder: offered from a folder, a list of addresses or a search, looked at, kept once."""
