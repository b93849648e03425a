"""localstripe, for this machine alone and without a memory that outlives it.

By itself it listens to everybody, on a port that somebody else may have, and keeps what it knows in one file for all.
"""

import asyncio

import localstripe.resources
from aiohttp import web


class Forgetful(localstripe.resources.Store):
    def try_load_from_disk(self):
        pass

    def dump_to_disk(self):
        pass


localstripe.resources.store.__class__ = Forgetful

from localstripe.server import app  # noqa: E402: it takes the store as it is by then


async def main():
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    _, port = site._server.sockets[0].getsockname()
    print(f"localstripe at 127.0.0.1:{port}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
