# What lianshen-bus.service starts: looks whether the key is the log's, and puts what the server reads into one folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

JETSTREAM_KEY=$(cat "$CREDENTIALS_DIRECTORY/jetstream-key")
export JETSTREAM_KEY
LIANSHEN_STORE=$STATE_DIRECTORY/jetstream
export LIANSHEN_STORE
/bin/sh "$here/check-key.sh" "$LIANSHEN_STORE"

# Beside one another, since the server looks for an included file beside the one that names it.
cp "$here/bus.conf" "$CREDENTIALS_DIRECTORY/accounts.conf" "$RUNTIME_DIRECTORY/"

# Quoted, or a key that looks like a number is read as one.
LIANSHEN_JETSTREAM_KEY="\"$JETSTREAM_KEY\"" exec "$here/../bin/nats-server" --config "$RUNTIME_DIRECTORY/bus.conf"
