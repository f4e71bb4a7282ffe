"""The evidence package: what leaves the house, so that a stranger can check it without the house.

Read `bag` (the form), `facts` and `openings` (what is in it), `package` (all of it together).
`verify` goes along in every package: one file, which imports nothing of this project.
"""
