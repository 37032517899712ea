"""The scheduler of a cluster, and the certificates with which its members know each other."""

from __future__ import annotations

import importlib.util
import re
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from circulars.errors import Choice, Place, Problem, UsageError
from circulars.merge.cluster.storage import NOT_INSTALLED

if TYPE_CHECKING:
    from distributed.security import Security

_SCHEDULER: Final = re.compile(r"(tcp|tls)://([^\s:/@]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})/?")


@dataclass(frozen=True, slots=True)
class Scheduler:
    """A Dask scheduler: its address (``tls://host:8786``), and files for TLS on both sides.

    ``authority`` is the certificate of the cluster's own authority, ``certificate`` this machine's, and ``key`` the key
    of the latter, unless its file has both. Files that are not named here are those of Dask's own configuration
    (``distributed.comm.tls``). ``insecure`` allows a scheduler without TLS (``tcp://…``): anyone on the way can then
    read the letters and the addressees, and anyone who reaches it can run code on its workers.
    """

    address: str
    authority: str = ""
    certificate: str = ""
    key: str = ""
    insecure: bool = False

    def check(self) -> None:
        """Refuses an address that is not valid, a scheduler without TLS, and any cluster if Dask is missing.

        Raises:
            UsageError: one of these, or the certificates are missing, unreadable or do not belong together.
        """
        found = _SCHEDULER.fullmatch(self.address)
        if not self.is_here and not (found and 0 < int(found[3]) < 65_536):
            fact = f"'{self.address}' is not the address of a Dask scheduler"
            hint = "write it like this: tls://host:8786"
            raise UsageError(Problem(Place(), "wrong-scheduler", fact, hint))
        if not importlib.util.find_spec("distributed"):
            raise UsageError(NOT_INSTALLED)
        if found and found[1] == "tcp" and not self.insecure:
            fact = "this scheduler has no encryption, and does not know who its members are"
            hint = "start it and its workers with certificates, and write tls://"
            choice = Choice("insecure", "uses it all the same, in a network where everyone may read the letters")
            raise UsageError(Problem(Place(self.address), "insecure-cluster", fact, hint, (choice,)))
        if found and found[1] == "tls":
            self.security()

    @property
    def is_here(self) -> bool:
        """Whether the scheduler is in this process, so that nothing crosses a network."""
        return self.address.startswith("inproc://")

    def security(self) -> Security:
        """The settings of Dask's client.

        Raises:
            UsageError: see :meth:`check`.
        """
        from distributed.security import Security

        if not self.address.startswith("tls://"):
            return Security(require_encryption=False)

        class ByName(Security):
            """Dask accepts any certificate of the authority; here it must be for the scheduler's host."""

            def get_connection_args(self, role: str) -> dict[str, Any]:
                settings: dict[str, Any] = super().get_connection_args(role)  # type: ignore[no-untyped-call]  # Dask has no types
                settings["ssl_context"].check_hostname = True
                return settings

        files = {"tls_ca_file": self.authority, "tls_client_cert": self.certificate, "tls_client_key": self.key}
        made: Any = ByName(require_encryption=True, **{name: file for name, file in files.items() if file})  # type: ignore[no-untyped-call]  # Dask has no types
        if not (made.tls_ca_file and made.tls_client_cert):
            fact = "a scheduler with TLS needs the certificates of its authority and of this machine"
            choices = (Choice("authority", "names the one", "FILE"), Choice("certificate", "the other", "FILE"))
            raise UsageError(Problem(Place(self.address), "no-cluster-certificate", fact, choices=choices))
        try:
            made.get_connection_args("client")
        except (OSError, ssl.SSLError, ValueError) as error:
            named = ", ".join(filter(None, (made.tls_ca_file, made.tls_client_cert, made.tls_client_key)))
            words = getattr(error, "strerror", "") or error
            fact = f"the certificates for the cluster cannot be used: {words}"
            hint = "name PEM files: the authority's certificate, this machine's, and its key"
            raise UsageError(Problem(Place(named), "unreadable-file", fact, hint)) from None
        settings: Security = made
        return settings
