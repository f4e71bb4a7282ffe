"""One verifier a file, each run as a process of its own. See `benchmarks.peers.protocol`."""
