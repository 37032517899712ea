"""The command that installs an extra fits how circulars was installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.extras import Installer, installed_by, to_install


@pytest.mark.parametrize(
    ("left_behind", "command"),
    [
        ("environment/pipx_metadata.json", "pipx runpip circulars install 'circulars[sign]'"),
        ("environment/uv-receipt.toml", "uv tool install 'circulars[sign]'"),
        ("pyproject.toml", "in the checkout: scripts/install extras"),
        ("other", "pip install 'circulars[sign]'"),
    ],
)
def test_the_command_uses_the_program_that_installed_circulars(left_behind: str, command: str, tmp_path: Path) -> None:
    """pipx and uv leave a file in the environment; a checkout has its pyproject.toml above ``src/``."""
    (tmp_path / "environment").mkdir()
    (tmp_path / left_behind).touch()
    module = tmp_path / "src" / "circulars" / "extras.py"

    assert to_install("sign", installed_by(tmp_path / "environment", module)) == command


def test_the_default_command_fits_this_installation() -> None:
    """The tests run in a checkout, so the default command is that of a checkout."""
    assert to_install("cluster") == to_install("cluster", Installer.CHECKOUT)
