"""Kiosk, board and console are reached apart: hosts, bodies, whom they let in; and the code's limits are theirs."""

import pytest
from console.command_line.said import MOST_BYTES as SAID
from intake.settings import IntakeSettings

from chassis.http.pages.posted import MOST_BYTES as POSTED
from contracts.inquiries import MAX_ANSWER_BYTES
from inquiry.callbacks import PATH
from tests.deploy.pods import DISTRICT, Manifest, config_map, of

OVERLAYS = ("overlays/single", DISTRICT)
FORM: int = IntakeSettings.model_fields["intake_max_body"].default
MOST = {
    "intake": FORM,
    "kiosk": POSTED,
    "board": POSTED,
    "draws": POSTED,
    "family": POSTED,
    "console": max(POSTED, SAID),
    "verify-household": MAX_ANSWER_BYTES,
    "verify-property": MAX_ANSWER_BYTES,
}
"""The largest body that what stands behind takes."""
PAGES = {
    "LIANSHEN_CONSOLE_URL": "console",
    "LIANSHEN_INTAKE_KIOSK_FAMILY_PAGE": "family",
    "LIANSHEN_CONSOLE_DRAWS_PAGE": "draws",
    "LIANSHEN_PUBLICITY_DRAWS_PAGE": "draws",
}
"""The host, by its Ingress, that each setting names."""
NGINX = "nginx.ingress.kubernetes.io"


def notes(item: Manifest) -> dict[str, str]:
    return dict(item["metadata"]["annotations"])


@pytest.mark.parametrize("target", OVERLAYS)
def test_each_has_a_host_of_its_own_under_tls(target: str) -> None:
    hosts = {}
    for name, item in of(target, "Ingress").items():
        (rule,) = item["spec"]["rules"]
        assert item["spec"]["tls"] == [{"hosts": [rule["host"]], "secretName": f"tls-{name}"}]
        hosts[name] = rule["host"]
    assert hosts.keys() == MOST.keys()
    assert len(set(hosts.values())) == len(hosts)


@pytest.mark.parametrize("target", OVERLAYS)
def test_each_leads_to_a_service_and_a_path_that_are_there(target: str) -> None:
    services = of(target, "Service")
    for name, item in of(target, "Ingress").items():
        (path,) = item["spec"]["rules"][0]["http"]["paths"]
        backend = path["backend"]["service"]
        assert backend["port"]["name"] in {port["name"] for port in services[backend["name"]]["spec"]["ports"]}
        assert path["path"] == (PATH if name.startswith("verify-") else "/")


@pytest.mark.parametrize("name", MOST)
def test_no_larger_body_is_let_through_than_the_code_takes(name: str) -> None:
    for target in OVERLAYS:
        said = notes(of(target, "Ingress")[name])[f"{NGINX}/proxy-body-size"]
        assert int(said.removesuffix("k")) * 1024 == MOST[name]


@pytest.mark.parametrize("target", OVERLAYS)
def test_a_browser_is_led_to_the_pod_that_knows_it(target: str) -> None:
    sticky = {name for name, item in of(target, "Ingress").items() if f"{NGINX}/affinity" in notes(item)}
    assert sticky == {name for name, item in of(target, "Service").items() if "sessionAffinity" in item["spec"]}


@pytest.mark.parametrize("target", OVERLAYS)
def test_the_console_is_open_to_the_administration_alone(target: str) -> None:
    limited = {n for n, item in of(target, "Ingress").items() if f"{NGINX}/whitelist-source-range" in notes(item)}
    assert limited == {"console"}


@pytest.mark.parametrize("target", OVERLAYS)
def test_the_services_know_the_hosts_under_which_they_are_reached(target: str) -> None:
    settings, hosts = config_map("settings", target), of(target, "Ingress")
    for setting, name in PAGES.items():
        assert settings[setting] == f"https://{hosts[name]['spec']['rules'][0]['host']}"
