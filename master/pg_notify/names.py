"""What PostgreSQL takes as the name of a channel."""

CHANNEL_BYTES = 63  # LISTEN would cut off the rest, and so hear another channel


def checked_channel(channel: str) -> str:
    """Return the name; raise ValueError if PostgreSQL would refuse it or cut it off."""
    length = len(channel.encode())
    if not 0 < length <= CHANNEL_BYTES:
        raise ValueError(
            f"a channel's name has 1 to {CHANNEL_BYTES} bytes in UTF-8, and this one {length}: {channel!r}"
        )
    if "\0" in channel:
        raise ValueError(f"a channel's name holds no NUL: {channel!r}")
    return channel
