"""Credentials of others, each format in its own room: algorithms, trust store and lenience.

A format is chosen by how its text begins; no key of one ever counts for another, nor for us.
"""
