"""What all tests share: Hypothesis without a clock, because the machine that runs them may be busy; and permissions."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", parent=settings.get_profile("default"), max_examples=2000)
settings.register_profile("repeatable", parent=settings.get_profile("default"), derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # what a shell runs with "&" is so, and all that it starts
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def as_user() -> list[str]:
    """What goes before a command for which permissions are to hold: root may else read and write everywhere.

    It stays root, who may read the interpreter wherever that is, but without the capabilities that pass permissions
    over (capabilities(7)).
    """
    if os.geteuid() != 0:
        return []
    found = shutil.which("setpriv")
    without = "-dac_override,-dac_read_search"
    command = [found or "", f"--bounding-set={without}", f"--inh-caps={without}"]
    if found is None or subprocess.run([*command, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("root may read and write everywhere, and there is no setpriv (util-linux) that takes it away")
    return command
