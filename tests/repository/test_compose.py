"""docker-compose.yml is a valid Compose file that starts what Careway has."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import yaml
from temporalio.common import SearchAttributeIndexedValueType

from worker.settings import Settings
from workflows.contract import SEARCH_ATTRIBUTES

SECRET = re.compile(r"PASSWORD|PWD|SECRET|TOKEN|KEY")


@pytest.fixture(scope="module")
def compose(root) -> dict:
    return yaml.safe_load((root / "docker-compose.yml").read_text())


def test_the_file_follows_the_compose_specification(root):
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*check, "docker-compose.yml"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_services_depend_only_on_services_that_exist_and_can_be_waited_for(compose):
    services = compose["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services, f"{name} waits for {needed}"
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[needed], f"{name} waits for {needed}'s health"
            if how["condition"] == "service_completed_successfully":
                assert services[needed]["restart"] == "no", f"{needed} never completes"


def test_waiting_never_goes_round_in_a_circle(compose):
    waits = {name: set(s.get("depends_on", {})) for name, s in compose["services"].items()}
    while ready := {name for name, needed in waits.items() if not needed}:
        waits = {name: needed - ready for name, needed in waits.items() if name not in ready}
    assert waits == {}


@pytest.mark.parametrize("kind", ["volumes", "networks", "configs"])
def test_what_services_mount_and_join_is_declared_and_what_is_declared_is_used(compose, kind):
    used = {
        entry["source"] if isinstance(entry, dict) else entry.partition(":")[0]
        for service in compose["services"].values()
        for entry in service.get(kind, [])
    }
    assert used == set(compose[kind])


def test_services_that_wait_for_each_other_can_also_reach_each_other(compose):
    """A database that only its owner needs is on a network that only its owner joins."""
    services = compose["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert set(service["networks"]) & set(services[needed]["networks"]), name


def test_nothing_listens_beyond_this_machine(compose):
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_no_secret_is_written_down(compose):
    """Each comes from the environment; the defaults say that they are for trying out."""
    written = {
        f"{name}.{variable}": value
        for name, service in compose["services"].items()
        for variable, value in service.get("environment", {}).items()
        if SECRET.search(variable) and not re.fullmatch(r"\$\{\w+:-for-trying-out[a-z-]*\}", value)
    }
    assert written == {}


def test_the_worker_is_given_settings_that_exist(compose):
    """A misspelt variable would be ignored, and the worker would use its default."""
    environment = compose["services"]["worker"]["environment"]
    known = {f"CAREWAY_{name.upper()}" for name in Settings.__dataclass_fields__}
    assert set(environment) <= known
    assert Settings.read(environment).smtp_host in compose["services"]


def test_the_namespace_can_be_searched_by_what_journeys_publish(compose):
    """The search attributes that compose creates are those of workflows.contract."""
    script = " ".join(compose["services"]["temporal-namespace"]["command"])
    created = dict(re.findall(r"--name (\w+) --type (\w+)", script))
    published = {
        key.name: SearchAttributeIndexedValueType(key.indexed_value_type).name
        for key in SEARCH_ATTRIBUTES
    }
    as_the_server_says = {
        name: re.sub(r"(?<!^)(?=[A-Z])", "_", kind).upper() for name, kind in created.items()
    }
    assert as_the_server_says == published


def test_the_images_are_pinned_to_a_version(compose):
    images = [service["image"] for service in compose["services"].values()]
    assert [image for image in images if ":" not in image or image.endswith("latest}")] == []


@pytest.mark.parametrize("service", ["careway-migrate", "worker"])
def test_the_command_of_each_of_our_services_exists(compose, root, service):
    """Given the command that compose runs, then `careway COMMAND --help` knows its options."""
    command = compose["services"][service]["command"]
    words = [word for word in command if not word.startswith("-") and ":" not in word]
    program = "import sys; from worker.commands import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", program, *words, "--help"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(rf"Usage: \S+ {' '.join(words)}\b", done.stdout), done.stdout
    assert [o for o in command if o.startswith("--") and o not in done.stdout] == []
