"""What travels from master to the clients: CloudEvents in JSON, pure Python."""
