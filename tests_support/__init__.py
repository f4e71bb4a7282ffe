"""What tests and benchmarks share: fakes that implement ports, a private database server."""
