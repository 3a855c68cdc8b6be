"""The reference: a server of `websockets` that hands what one socket says to all others, and knows nobody.

python -m bench.bare PORT
"""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve

sockets: set[ServerConnection] = set()


async def handle(socket: ServerConnection) -> None:
    """Hand on what a socket says, but to itself."""
    sockets.add(socket)
    try:
        async for text in socket:
            broadcast(sockets - {socket}, text)
    finally:
        sockets.discard(socket)


async def main(port: int) -> None:
    """Serve for ever."""
    async with serve(handle, "127.0.0.1", port, compression=None):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
