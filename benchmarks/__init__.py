"""What the house costs, always beside a floor measured in the same run (`make bench`).

Every module of this package is a subject; each function marked `@benchmark` in it yields Results.
"""
