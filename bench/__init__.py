"""What the main way costs, on the embedded stack, beside a reference measured in the same run."""
