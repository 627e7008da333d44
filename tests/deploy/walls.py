"""NetworkPolicies as a cluster reads them: who may open a connection to whom."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.deploy.pods import Manifest, containers, of, templates

OUTSIDE = "outside"
HERE = "lianshen"


@dataclass(frozen=True)
class Peer:
    """A pod, by its labels and its namespace; or an address beyond the cluster."""

    labels: dict[str, str] = field(default_factory=dict)
    namespace: str = HERE
    ports: dict[str, int] = field(default_factory=dict)


def pods_of(target: str) -> dict[str, Peer]:
    """Every pod of a target, by its name."""
    return {
        name.partition(" ")[2]: Peer(template["metadata"]["labels"], ports=ports_of(template["spec"]))
        for name, template in templates(target).items()
    }


def ports_of(pod: Manifest) -> dict[str, int]:
    return {port["name"]: port["containerPort"] for item in containers(pod) for port in item.get("ports", ())}


@dataclass(frozen=True)
class Walls:
    target: str

    def passes(self, source: Peer, to: Peer, port: int) -> bool:
        """Whether a connection is let out where it begins and let in where it ends."""
        return self.lets_out(source, to, port) and self.lets_in(source, to, port)

    def lets_out(self, source: Peer, to: Peer, port: int) -> bool:
        rules = self._rules("Egress", source)
        return rules is None or any(self._met(rule, "to", to, to, port) for rule in rules)

    def lets_in(self, source: Peer, to: Peer, port: int) -> bool:
        rules = self._rules("Ingress", to)
        return rules is None or any(self._met(rule, "from", source, to, port) for rule in rules)

    def _rules(self, direction: str, pod: Peer) -> list[Manifest] | None:
        """What the policies that choose this pod let through; None where none chooses it, so that all passes."""
        if pod.namespace != HERE:
            return None
        chosen = [
            item["spec"]
            for item in of(self.target, "NetworkPolicy").values()
            if direction in item["spec"]["policyTypes"] and matches(item["spec"]["podSelector"], pod.labels)
        ]
        return [rule for spec in chosen for rule in spec.get(direction.lower(), ())] if chosen else None

    def _met(self, rule: Manifest, side: str, other: Peer, listening: Peer, port: int) -> bool:
        return any(is_peer(one, other) for one in rule[side]) and port in numbers(rule["ports"], listening)


def numbers(ports: Iterable[Manifest], listening: Peer) -> set[int]:
    """The ports of a rule, those that have a name as the listening pod has it."""
    return {listening.ports.get(port["port"], -1) if isinstance(port["port"], str) else port["port"] for port in ports}


def is_peer(rule: Manifest, peer: Peer) -> bool:
    if "ipBlock" in rule:
        return peer.namespace == OUTSIDE
    if peer.namespace == OUTSIDE:
        return False
    if "namespaceSelector" in rule:
        return matches(rule["namespaceSelector"], {"kubernetes.io/metadata.name": peer.namespace})
    return peer.namespace == HERE and matches(rule["podSelector"], peer.labels)


def matches(selector: Manifest, labels: dict[str, str]) -> bool:
    exact = selector.get("matchLabels", {}).items() <= labels.items()
    return exact and all(_meets(one, labels) for one in selector.get("matchExpressions", ()))


def _meets(expression: Manifest, labels: dict[str, str]) -> bool:
    there = labels.get(expression["key"]) in expression["values"]
    return {"In": there, "NotIn": not there}[expression["operator"]]
