"""TLS between two ends of the same process: encrypted, and without certificates, since there is nobody to trust.

Anonymous ciphers end with TLS 1.2, and OpenSSL offers them at its lowest level of security only. Neither context
is ever used with anybody else.
"""

from __future__ import annotations

import ssl
from typing import Any

ANONYMOUS = "aNULL:@SECLEVEL=0"
ANY = "ALL:@SECLEVEL=0"


class _Chained:
    """What TLS is spoken by, with a chain of certificates for clients that ask it for one (urllib3-future)."""

    def __init__(self, spoken: Any) -> None:
        self.__dict__["_spoken"] = spoken

    def __getattr__(self, name: str) -> Any:
        return getattr(self._spoken, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._spoken, name, value)

    def get_verified_chain(self) -> list[Any]:
        """An empty one; the standard library has ``None`` for that, which such clients do not expect."""
        return []


class _Vouched:
    """What both kinds of connections have in common; the standard library puts ``_sslobj`` there."""

    _asked: ssl.SSLContext | None = None
    _kept: Any = None

    @property
    def context(self) -> Any:
        """The context that the client made, and took this connection to be of: some look there how safe it is."""
        return self._asked or super().context  # type: ignore[misc]  # of the standard library's classes

    @context.setter
    def context(self, context: ssl.SSLContext) -> None:
        self._asked = context

    @property
    def _sslobj(self) -> Any:
        return self._kept

    @_sslobj.setter
    def _sslobj(self, spoken: Any) -> None:
        self._kept = None if spoken is None else _Chained(spoken)


class VouchedSocket(_Vouched, ssl.SSLSocket):
    """Says that the other end is who it was taken for, to clients that compare names themselves."""

    def getpeercert(self, binary_form: bool = False) -> Any:  # noqa: FBT002 - the signature of the standard library
        """A certificate for the name that was asked for; there is none in binary form."""
        return super().getpeercert(True) if binary_form else _certificate(self.server_hostname)  # noqa: FBT003 - as above


class VouchedObject(_Vouched, ssl.SSLObject):
    """The same where there is an event loop."""

    def getpeercert(self, binary_form: bool = False) -> Any:  # noqa: FBT002 - the signature of the standard library
        """A certificate for the name that was asked for; there is none in binary form."""
        return super().getpeercert(True) if binary_form else _certificate(self.server_hostname)  # noqa: FBT003 - as above


def server_context() -> ssl.SSLContext:
    """A context for the server's end of a connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(ANONYMOUS)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def client_context() -> ssl.SSLContext:
    """For the end that connects; it also takes a server that has a certificate, whosever it is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers(ANY)
    context.sslsocket_class = VouchedSocket
    context.sslobject_class = VouchedObject
    return context


def _certificate(host: str | None) -> dict[str, Any]:
    return {"subject": ((("commonName", host),),), "subjectAltName": (("DNS", host),)}
