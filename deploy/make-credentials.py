"""Makes the keys and credentials of a deployment in a folder; adds what is missing and changes nothing."""

import json
import sys
from pathlib import Path

from lianshen.bus_access.server_config import KEY_VARIABLE, BusPlaces, server_config
from lianshen.catalog import DEPARTMENTS, SERVICES
from lianshen.embedded.data_dir import DataDir

data = DataDir(Path(sys.argv[1]))
data.prepare(DEPARTMENTS, SERVICES)
keys = data.public_keys(DEPARTMENTS, SERVICES)
apart = {name: [service] for name, service in SERVICES.items()}
places = BusPlaces(store=data.jetstream, run=data.run, log=data.logs)
config = json.loads(server_config(keys, places, apart).replace(f"${KEY_VARIABLE}", '""'))
bus = data.path / "bus"
bus.mkdir(exist_ok=True)
(bus / "accounts.conf").write_text(json.dumps({"accounts": config["accounts"]}, indent=2))
(bus / "jetstream-key").write_text(data.encryption_key())
