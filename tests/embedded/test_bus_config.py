"""The configuration text: what stands in it, what must not, and that the real server reads it."""

import subprocess
from pathlib import Path

from lianshen.bus_config import KEY_VARIABLE, READS, SERVICE_PUBLISHES, BusPlaces, server_config
from lianshen.bus_keys import PublicKeys
from lianshen.data_dir import DataDir
from lianshen.embedded_bus import server_binary, write_config

KEYS = PublicKeys(provisioner="UP", service="US", operator="UO", departments={"tax": "UT"})
PLACES = BusPlaces(store=Path("/d/store"), run=Path("/d/run"), log=Path("/d/log"))


def test_an_acknowledgement_means_that_it_is_on_disk_and_encrypted() -> None:
    text = server_config(KEYS, PLACES)
    assert '"sync_interval": "always"' in text
    assert '"cipher": "chachapoly"' in text
    assert f'"encryption_key": ${KEY_VARIABLE}\n' in text


def test_only_the_own_machine_is_served_on_the_given_port_or_any() -> None:
    assert '"listen": "127.0.0.1:-1"' in server_config(KEYS, PLACES)
    assert '"listen": "127.0.0.1:4333"' in server_config(KEYS, PLACES, port=4333)


def test_nothing_a_service_may_publish_makes_changes_or_deletes_a_stream_or_consumer() -> None:
    api = {subject.removeprefix("$JS.API.") for subject in SERVICE_PUBLISHES if subject.startswith("$JS.API")}
    assert api == {subject.removeprefix("$JS.API.") for subject in READS} | {"CONSUMER.MSG.NEXT.*.*"}
    changing = ("CREATE", "UPDATE", "DELETE", "PURGE", "SNAPSHOT", "RESTORE", "DURABLE", "STEPDOWN", "PAUSE", "MOVE")
    assert not [subject for subject in api if any(word in subject for word in changing)]
    assert ">" not in SERVICE_PUBLISHES
    assert "$JS.>" not in SERVICE_PUBLISHES


def test_the_written_file_holds_public_keys_only_and_the_server_accepts_it(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path / 'a "quoted" 目录')
    data_dir.prepare(["tax", "household-registry"])
    path = write_config(data_dir, ["tax", "household-registry"], port=4333)
    text = path.read_text()
    for secret in (*data_dir.keys.iterdir(), *data_dir.credentials.rglob("*.seed")):
        assert secret.read_text().strip() not in text
    assert data_dir.public_keys(["tax"]).departments["tax"] in text
    assert path.stat().st_mode & 0o777 == 0o600
    checked = subprocess.run(
        [server_binary(), "-t", "-c", str(path)],
        env={KEY_VARIABLE: '"1e5"'},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
