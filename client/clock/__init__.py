"""The server's time on a page, told by workers twice a second: the smallest live value with a state to begin with."""
