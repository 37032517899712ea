"""Logins with tokens: from a command, or confirmed in a browser; no token is printed or kept."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from circulars.errors import UsageError
from circulars.merge.post.device_login import DeviceCode, DeviceTokens, Provider, provider_of
from circulars.merge.post.token_command import CommandTokens
from commands import Done, run_here
from merge.post.oauth_server import USER_CODE, OauthServer, giving_tokens
from merge.post.server import MailServer, serving
from merge.post.test_command import LETTER, LIST
from signing.authority import Holder

TOKEN = "ya29.a-token_of/nobody+else=="
Run = Callable[..., Done]


@dataclass(slots=True)
class Watch:
    """A clock whose time passes only by waiting."""

    now: float = 0.0
    waited: list[float] = field(default_factory=list)

    def time(self) -> float:
        """Seconds since the beginning."""
        return self.now

    def wait(self, seconds: float) -> bool:
        """Waits without taking any time."""
        self.waited.append(seconds)
        self.now += seconds
        return False


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a letter and a list of five."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "meeting.yaml").write_text(LETTER, encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs ``circulars`` in the folder; neither its output nor a file that it writes has a token."""

    def run(*typed: str) -> Done:
        done = run_here(folder, *typed)
        written = [path.read_bytes() for path in (folder / "output").rglob("*") if path.is_file()]
        assert TOKEN not in done.stdout + done.stderr
        assert not [data for data in written if TOKEN.encode() in data or b"token-1-xxx" in data]
        assert "token-1-xxx" not in done.stdout + done.stderr
        return done

    return run


def typed_for(server: MailServer, trust: Path, *more: str) -> list[str]:
    """The arguments for sending."""
    typed = ["send", "meeting", "list.csv", "--smtp", server.address(), "--from", "TSB <tsb@example.int>"]
    return [*typed, "--trust", str(trust), "--formats", "txt", "--rate", "0", "--yes", *more]


@pytest.mark.parametrize("missing", [(), ("XOAUTH2",)])
def test_a_command_gives_the_token(
    missing: tuple[str, ...], run: Run, folder: Path, mail_holder: Holder, trust: Path
) -> None:
    """With either mechanism; the user is the sender unless another is named. The command runs once."""
    command = _command(folder, f"print({TOKEN!r})")
    with serving(mail_holder, login=True, missing=missing, tokens=lambda token: token == TOKEN) as server:
        done = run(*typed_for(server, trust, "--token-command", command, "--per-connection", "2"))

    assert (done.returncode, done.stdout) == (0, "meeting: 5 sent\n")
    mechanism = "OAUTHBEARER" if missing else "XOAUTH2"
    assert server.logins == [f"{mechanism} tsb@example.int"] * 3
    assert (folder / "runs").read_text() == "x"


def _command(folder: Path, code: str) -> str:
    """A command that runs Python code, and counts how often."""
    program = folder / "token.py"
    count = f"open({str(folder / 'runs')!r}, 'a').write('x')"
    program.write_text(f"import sys\n{count}\n{code}\n", encoding="utf-8")
    return f"python3 {shlex.quote(str(program))}"


def test_an_expired_token_is_renewed(run: Run, folder: Path, mail_holder: Holder, trust: Path) -> None:
    """If the server refuses a token that it accepted before, the command runs again, in the same run."""
    command = _command(folder, f"print({TOKEN!r} + str(len(open({str(folder / 'runs')!r}).read())))")
    valid = [f"{TOKEN}1"]
    with serving(mail_holder, login=True, tokens=lambda token: token == valid[0]) as server:
        server.on_message = lambda address: valid.__setitem__(0, f"{TOKEN}2") if address.startswith("max") else None
        done = run(*typed_for(server, trust, "--token-command", command, "--per-connection", "2"))

    assert (done.returncode, done.stdout) == (0, "meeting: 5 sent\n")
    assert (folder / "runs").read_text() == "xx"


def test_a_token_that_is_refused_at_once_is_reported(run: Run, folder: Path, mail_holder: Holder, trust: Path) -> None:
    """The command does not run for ever; nobody is marked as failed."""
    command = _command(folder, f"print({TOKEN!r})")
    with serving(mail_holder, login=True, tokens=lambda token: False) as server:
        done = run(*typed_for(server, trust, "--token-command", command, "--user", "other@example.int"))

    assert (done.returncode, "wrong-login" in done.stderr) == (2, True)
    assert "hint: check that the token is for this user" in done.stderr
    assert "--user NAME names the user" in done.stderr
    assert done.stdout.startswith("meeting: 0 sent, 5 still to be sent\n")
    assert server.logins == ["XOAUTH2 other@example.int"]


@pytest.mark.parametrize(
    ("code", "fact"),
    [
        ("sys.exit(3)", "it ended with the exit code 3"),
        ("pass", "it printed no token"),
        ("print('two words')", "it printed no token"),
        ("print('x' * 20000)", "it printed no token"),
        ("sys.stdout.buffer.write(b'a\\x01b')", "it printed no token"),
    ],
)
def test_a_command_without_a_token_is_reported(code: str, fact: str, folder: Path) -> None:
    """With the reason, and without what it printed."""
    with pytest.raises(UsageError) as refused:
        CommandTokens(_command(folder, code)).token()

    [problem] = refused.value.problems
    assert (problem.code, fact in problem.message) == ("no-login-token", True)
    assert "two words" not in str(problem)


@pytest.mark.parametrize("command", ["", "   ", "'open", "/nowhere/token", "a\0b"])
def test_what_is_no_command_is_refused(command: str) -> None:
    """Before anything is sent."""
    with pytest.raises(UsageError, match="no-login-token"):
        CommandTokens(command).token()


def test_no_shell_reads_the_command(folder: Path) -> None:
    """What a shell would run stays a word."""
    made = folder / "made"
    program = _command(folder, "print('x')")
    CommandTokens(f"{program} ;touch {made}").token()

    assert not made.exists()


@pytest.fixture
def oauth(mail_holder: Holder) -> Iterator[OauthServer]:
    """A server that gives tokens."""
    with giving_tokens(mail_holder) as server:
        yield server


def device_tokens(oauth: OauthServer, trust: Path, watch: Watch, shown: list[DeviceCode]) -> DeviceTokens:
    """Tokens of the server."""
    provider = Provider(oauth.address, "send offline_access")
    return DeviceTokens(provider, "client-7", watch, shown.append, authorities=str(trust))


def test_a_login_is_confirmed_in_a_browser(oauth: OauthServer, trust: Path) -> None:
    """The person sees an address and a code; the server is asked as often as it allows."""
    watch, shown = Watch(), list[DeviceCode]()
    oauth.pending = 3
    token = device_tokens(oauth, trust, watch, shown).token()

    assert token == oauth.given[0]
    assert shown == [DeviceCode(f"{oauth.address}/login", USER_CODE)]
    assert watch.waited == [5.0] * 4
    assert oauth.asked[1] == ("/device", {"client_id": "client-7", "scope": "send offline_access"})


def test_a_token_is_renewed_before_it_expires(oauth: OauthServer, trust: Path) -> None:
    """Without the person; a refused token is renewed, too, but not for ever."""
    watch, shown = Watch(), list[DeviceCode]()
    tokens = device_tokens(oauth, trust, watch, shown)
    assert tokens.token() == tokens.token() == oauth.given[0]
    watch.now += oauth.lifetime - 30

    assert tokens.token() == oauth.given[1]
    assert not tokens.refused()
    tokens.accepted()
    assert tokens.refused()
    assert tokens.token() == oauth.given[2]
    assert len(shown) == 1


@pytest.mark.parametrize(
    ("place", "change", "fact"),
    [
        ("/token", {"error": "access_denied", "status": 400, "access_token": ""}, "the login was declined"),
        ("/token", {"error": "expired_token", "status": 400, "access_token": ""}, "nobody confirmed"),
        ("/token", {"error": "authorization_pending", "status": 400, "access_token": ""}, "nobody confirmed"),
        ("/token", {"error": "invalid_grant", "status": 400, "access_token": ""}, "invalid_grant"),
        ("/token", {"access_token": "two words"}, "not one of the device flow"),
        ("/device", {"error": "invalid_client", "status": 401, "device_code": ""}, "invalid_client"),
        ("/device", {"verification_uri": "http://example.int/login"}, "not one of the device flow"),
        ("/device", {"user_code": "\x1b[31mX"}, "not one of the device flow"),
        ("/device", b"<html>", "not one of the device flow (status 200)"),
        ("/device", b"[" * 90_000, "not one of the device flow (status 200)"),
        ("/device", b"x" * 1_000_000, "it does not answer"),
        ("/.well-known/openid-configuration", {"token_endpoint": "http://example.int"}, "by the device flow"),
        ("/.well-known/openid-configuration", b"{}", "not one of the device flow (status 200)"),
        ("/token", {"status": 302}, "not one of the device flow"),
    ],
)
def test_a_server_that_gives_no_token_is_reported(
    place: str, change: Any, fact: str, oauth: OauthServer, trust: Path
) -> None:
    """With the reason; nothing that the server says is printed, and it keeps nobody waiting for ever."""
    oauth.pending = 0
    oauth.changes = {place: dict(change) if isinstance(change, dict) else change}
    if isinstance(change, dict) and change.get("error") == "authorization_pending":
        oauth.changes, oauth.pending = {"/device": {"interval": 60}}, 10_000
    watch = Watch()
    with pytest.raises(UsageError) as refused:
        device_tokens(oauth, trust, watch, []).token()

    [problem] = refused.value.problems
    assert (problem.code, fact in problem.message) == ("no-login-token", True), problem.message
    assert watch.now <= 1800


def test_an_untrusted_server_gets_no_request(oauth: OauthServer, trust: Path) -> None:
    """Its certificate must be valid."""
    tokens = DeviceTokens(Provider(oauth.address, ""), "client-7", Watch(), lambda device: None)
    with pytest.raises(UsageError, match="certificate"):
        tokens.token()

    assert not oauth.asked


def test_a_file_without_a_certificate_is_named(oauth: OauthServer, folder: Path) -> None:
    """The fault is in that file, not in the server."""
    (folder / "wrong.pem").write_text("no certificate")
    with pytest.raises(UsageError) as refused:
        device_tokens(oauth, folder / "wrong.pem", Watch(), []).token()

    [problem] = refused.value.problems
    assert (problem.code, problem.where.file) == ("unreadable-file", str(folder / "wrong.pem"))
    assert not oauth.asked


@pytest.mark.parametrize("name", ["google", "yahoo", "http://login.example.int", "https://", "https://a:b@example.int"])
def test_what_gives_no_tokens_is_refused(name: str) -> None:
    """Google grants no access to mail by the device flow; other names must be an address."""
    with pytest.raises(UsageError, match="no-login-token"):
        provider_of(name)


def test_where_google_gives_tokens_is_said() -> None:
    """Another program can get one."""
    with pytest.raises(UsageError) as refused:
        provider_of("google")

    assert [(choice.parameter, choice.value) for choice in refused.value.problems[0].choices] == [
        ("token_command", "COMMAND")
    ]


def test_microsoft_is_known_by_name() -> None:
    """With what a token for sending needs."""
    provider = provider_of("microsoft")

    assert provider.issuer.startswith("https://login.microsoftonline.com/")
    assert provider.scope == "https://outlook.office.com/SMTP.Send offline_access"
    assert provider_of("microsoft", "other").scope == "other"


def test_a_sending_logs_in_with_a_confirmed_token(
    run: Run, oauth: OauthServer, mail_holder: Holder, trust: Path
) -> None:
    """From the question to the last message: the code is shown, and the token is long enough for a line of its own."""
    oauth.changes = {"/device": {"interval": 1}}
    with serving(mail_holder, login=True, tokens=lambda token: token in oauth.given) as server:
        typed = typed_for(server, trust, "--oauth", oauth.address, "--oauth-client", "client-7")
        done = run(*typed)

    assert (done.returncode, done.stdout) == (0, "meeting: 5 sent\n")
    assert f"to log in, open {oauth.address}/login in a browser and enter the code {USER_CODE}\n" in done.stderr
    assert server.logins == ["XOAUTH2 tsb@example.int"]


@pytest.mark.parametrize(
    ("more", "fact"),
    [
        (["--oauth", "microsoft"], "--oauth needs --oauth-client ID"),
        (["--oauth", "microsoft", "--token-command", "x"], "are two ways to log in"),
        (["--token-command", "x", "--password-fd", "0"], "are two ways to log in"),
        (["--token-command", "x", "--plain"], "a token is never sent to a server without encryption"),
    ],
)
def test_options_for_a_login_must_agree(more: list[str], fact: str, run: Run, server: MailServer, trust: Path) -> None:
    """Before anything is sent."""
    done = run(*typed_for(server, trust, *more))

    assert (done.returncode, fact in done.stderr) == (2, True)
    assert not server.taken


def test_a_server_that_repeats_a_token_is_not_shown(run: Run, folder: Path, mail_holder: Holder, trust: Path) -> None:
    """Neither in the output nor in the ledger."""
    command = _command(folder, f"print({TOKEN!r})")
    with serving(mail_holder, login=True, tokens=lambda token: True) as server:
        server.refusal = lambda address, before: f"550 5.1.1 no such user, {TOKEN}"
        done = run(*typed_for(server, trust, "--token-command", command))

    assert "550 (the server's words are left out: they contain the password or the token)" in done.stderr
