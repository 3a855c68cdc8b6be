"""Pull for truth: what master has now, asked for over HTTP. Back-fill, verify and repair all end in apply."""
