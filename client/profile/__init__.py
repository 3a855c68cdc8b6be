"""What a user says of himself on this client, on one page with forms of every kind: the example for page authors."""
