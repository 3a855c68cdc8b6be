"""No password twice: the hashes of each user's recent passwords, and the validator that compares with them."""
