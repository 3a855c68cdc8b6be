"""The embedded default: servers and processes of the whole product on one machine."""
