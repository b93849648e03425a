"""An SMTP server on a free port of this machine, for the tests of the mailer.

It takes a JSON object: `tls` ("none", "starttls" or "tls"), `certificate` and `key` (files), `user` and `password`. It prints
its port, and then each mail that it took as a line of JSON, until its standard input is closed. What it does with a mail
depends on the recipient: see `Desk`.
"""

import asyncio
import base64
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Desk:
    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.7.1 <" + address + "> may not send here"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown@"):
            return "550 5.1.1 <" + address + "> no such user"
        if address.startswith("later@"):
            return "451 4.7.1 <" + address + "> greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        recipient = envelope.rcpt_tos[0]
        if recipient.startswith("cut@"):
            server.transport.abort()
            return "250 OK"
        if recipient.startswith("slow@"):
            await asyncio.sleep(30)
        if recipient.startswith("spam@"):
            return "554 5.7.1 this looks like spam to " + recipient
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            # Who comes by TLS is encrypted without having asked for it.
            "encrypted": server.transport.get_extra_info("sslcontext") is not None,
            "user": session.auth_data.login.decode() if session.authenticated else None,
            "peer": session.peer[1],
            "data": base64.b64encode(envelope.content).decode(),
        }
        print(json.dumps(mail), flush=True)
        return "250 OK"


async def main(settings):
    context = None
    if settings["tls"] != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(settings["certificate"], settings["key"])

    def check(server, session, envelope, mechanism, login):
        known = (settings.get("user") or "").encode(), (settings.get("password") or "").encode()
        return AuthResult(success=(login.login, login.password) == known, handled=False, auth_data=login)

    def serve():
        return SMTP(
            Desk(),
            hostname="localhost",
            tls_context=context if settings["tls"] == "starttls" else None,
            require_starttls=settings["tls"] == "starttls",
            authenticator=check,
            auth_required=settings.get("user") is not None,
            auth_require_tls=settings["tls"] == "starttls",
        )

    loop = asyncio.get_running_loop()
    implicit = context if settings["tls"] == "tls" else None
    server = await loop.create_server(serve, "127.0.0.1", 0, ssl=implicit)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main(json.loads(sys.argv[1])))
