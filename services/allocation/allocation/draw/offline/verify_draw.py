"""Checks a draw from its five files: python3 verify_draw.py FOLDER [APPLICATION]; Python 3.8 or later, no network."""
import hashlib, json, os, re, shlex, sys

NAMES = ("rules.json", "entrants.csv", "manifest.json", "reveal.json", "result.json")
FORMAT = r"(?:(?:[^]\[\\^$.|?*+(){}]|#|\[(?:[^]\[\\^|&~{}]|#)+\])(?:\{[0-9]{1,3}(?:,[0-9]{1,3})?\})?)*"
FORMAT = r"(?=.{0,100}$)(?!.*--)(?!(?:.*?\{[0-9]+,){4})" + FORMAT.replace("#", r"\\[]d\[\\^$.|?*+(){}]")

def need(holds, code, sentence):
    if not holds:
        print("DOES NOT HOLD: %s: %s" % (code, sentence))
        sys.exit(1)

def sha256(*parts):
    return hashlib.sha256(b"".join(it if type(it) is bytes else (it + "\n").encode() for it in parts)).hexdigest()

def is_line(x):
    return type(x) is str and re.fullmatch("[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+", x)

def get(x, key, kind):
    return x[key] if type(x) is dict and type(x.get(key)) is kind else kind()

def read(folder):
    raw, values, twice = {}, [], []
    for name in NAMES:
        path = os.path.join(folder, name)
        is_there = os.path.isfile(path) and os.access(path, os.R_OK)
        need(is_there, "missing-file", name + " is not there or cannot be read")
        with open(path, "rb") as file:
            raw[name] = file.read()
    for name in NAMES[:1] + NAMES[2:]:
        def once(pairs, name=name):
            return twice.extend([name][: len(pairs) - len(dict(pairs))]) or dict(pairs)
        try:  # int("NaN") fails, as NaN is no JSON; an int of 5,000 digits would fail as well, but not in every Python
            text, level = raw[name].decode(), 0
            values += [json.loads(text, object_pairs_hook=once, parse_int=lambda s: int(s[:16]), parse_constant=int)]
            for mark in re.findall(r'"(?:[^"\\]|\\.)*"|[]\[{}]', text):
                level += int("too deep") if level > 20 else (mark in "[{") - (mark in "]}")
        except (ValueError, RecursionError):
            need(False, "not-json", name + " is not JSON in UTF-8 without a BOM")
    need(not twice, "key-twice", "".join(twice[:1]) + " has a key twice in one object")
    return raw, values

def check_rules(rules):
    try:
        pools, texts = list(rules["pools"].values()), [rules["public"], rules["public_format"]]
        pairs = [pair for pool in pools for pair in pool["reserved"]]
        lists = [rules["parties"], *pairs, *(pool["reserved"] for pool in pools)]
        lines = [rules["project"], rules["serial"], *rules["parties"], *rules["pools"], *(group for group, _ in pairs)]
        counts = [pool[key] for pool in pools for key in ("homes", "substitutes")] + [homes for _, homes in pairs]
        fits = pools and all(type(it) is list for it in lists) and all(map(is_line, lines))
        fits = fits and all(type(n) is int and 0 <= n <= 1000000 for n in [rules["dice"], *counts])
        fits = fits and all(text == "" or is_line(text) for text in texts) and re.fullmatch(FORMAT, texts[1])
        fits = fits and len(set(rules["parties"])) == len(rules["parties"]) > 0 and re.compile(texts[1])
        fits = fits and all(sum(homes for _, homes in it["reserved"]) <= it["homes"] for it in pools)
    except (LookupError, TypeError, AttributeError, ValueError, re.error):
        fits = False
    need(fits, "bad-rules", "a value is missing or wrong, a pool reserves too much, or the format is unusable")

def read_entrants(body, pools):
    need(re.fullmatch(rb"(?:[ -~]+\n)*", body), "bad-entrants", "entrants.csv is not lines of ASCII, each with one LF")
    lines = body.decode().split("\n")[:-1]
    need(lines == sorted(lines), "bad-entrants", "the lines of entrants.csv are not in the order of their bytes")
    found = [line.split(",") for line in lines]
    for it in found:
        fits = len(it) == 3 and all(it) and it[1] in pools
        need(fits, "bad-entrants", "this is not application, pool and group: " + ",".join(it))
    for one, other in zip(found, found[1:]):
        need(one[:2] != other[:2], "entrant-twice", "%s stands twice in %s" % (one[0], one[1]))
    return found

def find_seed(rules, manifest, reveal, body):
    parties, commitments, secrets = rules["parties"], get(manifest, "commitments", dict), get(reveal, "secrets", dict)
    for name, given in ((NAMES[2], commitments), (NAMES[3], secrets)):
        need(sorted(given) == sorted(parties), "parties", name + " has not exactly the parties of the rules")
    for it in parties:
        need(re.fullmatch("[0-9a-f]{64}", str(secrets[it])), "bad-secret", "that of %s is not 64 hex digits" % it)
    for it in parties:
        made = sha256("lianshen-draw-v1/commit", rules["project"], rules["serial"], it, secrets[it])
        need(commitments[it] == made, "not-committed", "the secret of %s does not fit its commitment" % it)
    dice, public = reveal.get("dice"), reveal.get("public")
    fits = type(dice) is str and re.fullmatch("[0-9]{%d}" % rules["dice"], dice)
    need(fits, "bad-dice", "the dice are not %d digits" % rules["dice"])
    fits = (public == "" or is_line(public)) and re.fullmatch(rules["public_format"], public[:201], re.ASCII)
    need(fits and len(public) <= 200, "bad-public", "the public number is not in the format of the rules")
    opened = ["%s %s" % (it, secrets[it]) for it in parties]
    return sha256("lianshen-draw-v1/seed", sha256(body), dice, public, *opened)

def main(folder, own=""):
    raw, (rules, manifest, reveal, result) = read(folder)
    check_rules(rules)
    for name in NAMES[:2]:
        need(get(manifest, name.split(".")[0], str) == sha256(raw[name]), "not-in-manifest", name + " is another file")
    entrants, says = read_entrants(raw[NAMES[1]], rules["pools"]), []
    seed = find_seed(rules, manifest, reveal, raw[NAMES[2]])
    for name, pool in rules["pools"].items():
        ticket = {it[0]: sha256("lianshen-draw-v1/ticket", seed, name, it[0]) for it in entrants if it[1] == name}
        order = sorted((it for it in entrants if it[1] == name), key=lambda it: (ticket[it[0]], it[0]))
        lists = get(result, name, dict)
        drawn = set()
        for group, homes in [*pool["reserved"], [None, pool["homes"]]]:
            free = [it[0] for it in order if it[0] not in drawn and group in (None, it[2])]
            drawn.update(free[: homes if group else homes - len(drawn)])
        won, rest = [it[0] for it in order if it[0] in drawn], [it[0] for it in order if it[0] not in drawn]
        substitutes, others = rest[: pool["substitutes"]], rest[pool["substitutes"] :]
        for kind, due in (("drawn", won), ("substitutes", substitutes), ("others", others)):
            found, known = lists.get(kind), get(lists, kind, list)
            at = next((k for k in range(len(due) + 1) if known[k : k + 1] != due[k : k + 1]), 0)
            wrong = "%s, %s, place %d: %s should be there" % (name, kind, at + 1, [*due, "nobody"][at])
            need(found == due, "wrong-place", wrong)
            if own in due:
                where = (name, ticket[own], kind, due.index(own) + 1, len(due))
                line = " ".join(map(shlex.quote, ("lianshen-draw-v1/ticket", seed, name, own)))
                says += ["pool %s, ticket %s, %s, place %d of %d" % where, "printf '%s\\n' " + line + " | sha256sum"]
        need(len(lists) == 3, "wrong-place", name + ": a list is missing or too many")
    need(len(result) == len(rules["pools"]), "wrong-place", "result.json has a pool that the rules have not")
    print("\n".join(["HOLDS", *(says or [own + " is not in the list"] * (own != ""))]))

if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) in (2, 3) else __doc__)
