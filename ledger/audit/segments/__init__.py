"""History in columns: closed runs of facts as Parquet files that verify themselves, on many cores.

names        a segment, its place in the tree, and its file's name
fields       which clear fields of which facts stand in columns
columns      stored rows as typed columns
files        segments on disk: written whole or not at all, read with nothing taken on trust
export       rows of a ledger become segments
verify       one segment against its own name, and what its facts add up to
fold         all segments in order: sums, and streams that go on across them
archive      a folder of segments as one history, beside a head of the log
check        all of these, over a folder
workers      the same functions in this process, or in several
cluster      the same functions on several machines
engine       a database of columns that sees these files and nothing else
statistics   the published figures in SQL, a second implementation beside the views

Needs the extra ``audit``; `cluster` the extra of that name.
"""
