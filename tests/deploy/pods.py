"""What kustomize renders of base and overlays, and as much of a kubelet as starts their containers on this machine."""

import base64
import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

TOP = Path(__file__).parents[2]
DEPLOY = TOP / "deploy"
TARGETS = ("base", "overlays/single", "overlays/district")
"""What is applied: the base as it is, or one of the overlays."""
DISTRICT = "overlays/district"
BESIDE = Path(sys.executable).parent
"""Where the wheels put kubectl, kubernetes-validate, nats-server and our own script."""

Manifest = dict[str, Any]


@cache
def text_of(target: str) -> str:
    """What is applied, as one file."""
    return _run([str(BESIDE / "kubectl"), "kustomize", str(DEPLOY / "k8s" / target)])


@cache
def everything(target: str) -> tuple[Manifest, ...]:
    return tuple(yaml.safe_load_all(text_of(target)))


@cache
def of(target: str, kind: str) -> dict[str, Manifest]:
    """A target's resources of one kind, by name."""
    return {item["metadata"]["name"]: item for item in everything(target) if item["kind"] == kind}


def base(kind: str) -> dict[str, Manifest]:
    """The base's resources of one kind, by name."""
    return of("base", kind)


def config_map(name: str, target: str = "base") -> dict[str, str]:
    """The data of a generated ConfigMap, by its name without the hash."""
    (found,) = [item for full, item in of(target, "ConfigMap").items() if full.rpartition("-")[0] == name]
    return dict(found["data"])


def templates(target: str = "base") -> dict[str, Manifest]:
    """The pod's template of everything that runs, by kind and name."""
    kinds = ("Deployment", "StatefulSet", "Job", "CronJob")
    specs = {f"{kind} {name}": item["spec"] for kind in kinds for name, item in of(target, kind).items()}
    return {name: spec.get("jobTemplate", {"spec": spec})["spec"]["template"] for name, spec in specs.items()}


def pods(target: str = "base") -> dict[str, Manifest]:
    """The pod of everything that runs, by kind and name."""
    return {name: template["spec"] for name, template in templates(target).items()}


def all_pods() -> dict[str, Manifest]:
    """The pods of every target, by target, kind and name."""
    return {f"{target} {name}": pod for target in TARGETS for name, pod in pods(target).items()}


def containers(pod: Manifest) -> list[Manifest]:
    return [*pod.get("initContainers", ()), *pod["containers"]]


def every_container(target: str = "base") -> list[tuple[str, Manifest]]:
    return [(f"{name}: {item['name']}", item) for name, pod in pods(target).items() for item in containers(pod)]


def all_containers() -> dict[str, Manifest]:
    return {f"{target} {name}": item for target in TARGETS for name, item in every_container(target)}


def ours(container: Manifest) -> bool:
    """Whether it is started from our image, and not from another project's."""
    return str(container["image"]).partition(":")[0] == "lianshen"


def dockerfile() -> list[tuple[str, str]]:
    """Its instructions in order, continued lines joined, comments left out."""
    text = re.sub(r"^ *#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    pairs = [line.strip().partition(" ") for line in lines if line.strip()]
    return [(word, rest.strip()) for word, _, rest in pairs]


def entrypoint() -> list[str]:
    return list(json.loads(dict(dockerfile())["ENTRYPOINT"]))


def make_credentials(place: Path) -> None:
    """Runs the README's own program for keys and credentials, and its commands for the certificate of the bus."""
    readme = (DEPLOY / "README.md").read_text()
    (program,) = re.findall(r'^\.venv/bin/python (\S+) "\$PLACE"$', readme, re.MULTILINE)
    _run([sys.executable, str(TOP / program), str(place)])
    (place / "bus-tls").mkdir(exist_ok=True)
    for command in re.findall(r"^openssl .*$", readme, re.MULTILINE):
        _run(shlex.split(command.replace("$PLACE", str(place))))


def make_secrets(place: Path) -> dict[str, dict[str, bytes]]:
    """Runs the README's own commands for the Secrets, as a dry run; returns their data by name."""
    readme = (DEPLOY / "README.md").read_text().replace("$PLACE", str(place))
    made: dict[str, dict[str, bytes]] = {}
    for line in readme.splitlines():
        if line.startswith("kubectl ") and " create secret " in line:
            arguments = [*shlex.split(line)[1:], "--dry-run=client", "--output=json"]
            secret = json.loads(_run([str(BESIDE / "kubectl"), *arguments]))
            made[secret["metadata"]["name"]] = {key: base64.b64decode(value) for key, value in secret["data"].items()}
    return made


@dataclass(frozen=True)
class Node:
    """Lays a pod's volumes out under one folder and says how its containers are started there."""

    root: Path
    secrets: dict[str, dict[str, bytes]]
    target: str = "base"
    pod: str = "pod-0"

    def lay_out(self, pod: Manifest) -> None:
        """Makes every mounted folder. Raises KeyError for a Secret, ConfigMap or key that nobody makes."""
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        for mount in (mount for item in containers(pod) for mount in item.get("volumeMounts", ())):
            folder = self.root / mount["mountPath"].lstrip("/")
            folder.mkdir(parents=True, exist_ok=True)
            # What is not among the volumes of the pod is a claim of the StatefulSet.
            for name, content in self._content(volumes.get(mount["name"], {})).items():
                (folder / name).write_bytes(content)

    def _content(self, volume: Manifest) -> dict[str, bytes]:
        sources = volume["projected"]["sources"] if "projected" in volume else [volume]
        found: dict[str, bytes] = {}
        for source in sources:
            if "configMap" in source:
                data = of(self.target, "ConfigMap")[source["configMap"]["name"]]["data"]
                found |= {key: text.encode() for key, text in data.items()}
            if "secret" in source:
                found |= self._secret(source["secret"])
        return found

    def _secret(self, source: Manifest) -> dict[str, bytes]:
        name = source.get("secretName") or source["name"]
        if source.get("optional") and name not in self.secrets:
            return {}
        data = self.secrets[name]
        items = source.get("items") or [{"key": key, "path": key} for key in data]
        return {item["path"]: data[item["key"]] for item in items}

    def environment(self, container: Manifest) -> dict[str, str]:
        """The variables of a container, with paths of this machine."""
        found: dict[str, str] = {}
        for source in container.get("envFrom", ()):
            found |= of(self.target, "ConfigMap")[source["configMapRef"]["name"]]["data"]
        for variable in container.get("env", ()):
            value = variable.get("value")
            if variable.get("valueFrom", {}).get("fieldRef") == {"fieldPath": "metadata.name"}:
                value = self.pod
            if value is None:
                reference = variable["valueFrom"]["secretKeyRef"]
                if reference.get("optional") and reference["name"] not in self.secrets:
                    continue
                value = self.secrets[reference["name"]][reference["key"]].decode()
            found[variable["name"]] = re.sub(r"\$\((\w+)\)", lambda name: found[name[1]], value)
        return {name: self.here(value, container) for name, value in found.items()}

    def command(self, container: Manifest) -> list[str]:
        """What is started: the image's entry point where the container names no command."""
        words: list[str] = [*container.get("command", entrypoint()), *container["args"]]
        beside = BESIDE / words[0]
        program = str(beside) if beside.is_file() else words[0]
        return [program, *(self.here(word, container) for word in words[1:])]

    def here(self, text: str, container: Manifest) -> str:
        """Puts this folder before every path that is mounted."""
        for mount in container.get("volumeMounts", ()):
            text = re.sub(rf"(?<![\w/]){mount['mountPath']}(?=/|$|\")", f"{self.root}{mount['mountPath']}", text)
        return text


def _run(command: list[str]) -> str:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=TOP,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},  # nobody's cluster, nobody's data
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def provisioned(node: Node, url: str) -> str:
    """What the Job that provisions the bus says; the district asks for three copies, which one node alone refuses."""
    job = of(node.target, "Job")["provision"]["spec"]["template"]["spec"]
    (provision,) = job["containers"]
    node.lay_out(job)
    done = subprocess.run(
        node.command(provision),
        env={**node.environment(provision), "LIANSHEN_NATS_URL": url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
