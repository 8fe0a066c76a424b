"""Compares the CPU time, latency and memory of inference servers under the same load."""
