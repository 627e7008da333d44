# Ends the pod where the key is not the one of the store, or the store is another version's. With a wrong key nats-server starts and shows
# no streams, and a provisioner that makes them anew destroys what is stored. The fingerprint is the one that
# lianshen/embedded/data_dir.py keeps, so a store can be moved between here and one machine together with its key.
set -eu
store=$1

refuse() {
  echo "$1" >&2
  exit 1
}

[ "${#JETSTREAM_KEY}" -eq 64 ] || refuse "jetstream-key of the Secret bus-server is not 64 hex digits (a line end?)"
case $JETSTREAM_KEY in
  *[!0-9a-f]*) refuse "jetstream-key of the Secret bus-server is not 64 hex digits in lower case" ;;
esac
actual=$(printf %s "$JETSTREAM_KEY" | sha256sum | cut -d ' ' -f 1)
mkdir -p "$store"
if [ ! -e "$store/key.sha256" ]; then
  printf '%s\n' "$actual" >"$store/key.sha256.new"
  mv "$store/key.sha256.new" "$store/key.sha256"
fi
[ "$(cat "$store/key.sha256")" = "$actual" ] || refuse "not the key of this log: restore the right one from the backup"

# A log of another version would be shown as empty, or read wrongly (lianshen/embedded/store_version.py).
[ ! -e "$store/jetstream/LIANSHEN/streams/CASES" ] || refuse "the log was written by an older Lianshen; docs/keys-and-upgrades.md says how it is migrated"
if [ ! -e "$store/store.version" ]; then
  printf '2\n' >"$store/store.version.new"
  mv "$store/store.version.new" "$store/store.version"
fi
[ "$(cat "$store/store.version")" = 2 ] || refuse "the log was written by a newer Lianshen: run that version, or restore the backup"
