"""`python -m client <module>`."""
