"""Commands that speak to AWS."""
