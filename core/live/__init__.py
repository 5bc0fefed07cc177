"""What changes, to the pages that are open (docs/adr/0016).

Triggers write rows into `core_livechange` and wake listeners; `changes` reads them in the order
of the commits, `hub` listens once for a process, `streams` keeps a browser's connection open.
Knows channels and kinds, but not what they mean.
"""
