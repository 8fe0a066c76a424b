"""The stages of the two speech pipelines as scriptable PyTorch modules, and readers for their weights."""
