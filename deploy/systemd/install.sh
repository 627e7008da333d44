#!/bin/sh
# Installs Lianshen from this folder, without a network: sh install.sh [ROOT]. With a ROOT it only lays files out there.
# Run again, it puts the new version in the place of the old one and leaves settings, keys and data as they are.
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
root=${1:-}
python=${PYTHON:-python3}

cd "$here"
sha256sum --check --quiet SHA256SUMS
wheels=wheels/$(uname -m)
[ -d "$wheels" ] || { echo "this folder has no wheels for $(uname -m)" >&2; exit 1; }

opt=$root/opt/lianshen
"$python" -m venv --clear "$opt"
# Nothing is fetched, and nothing is installed whose hash is not the one that was packed.
"$opt/bin/python" -m pip --isolated install --quiet --disable-pip-version-check --no-index --no-deps \
  --find-links "$wheels" --require-hashes -r "$wheels/wheels.lock"
mkdir -p "$opt/share"
cp share/* "$opt/share/"

units=$root/etc/systemd/system
mkdir -p "$units" "$root/etc/lianshen"
cp -R units/. "$units/"
for file in etc/*; do
  [ -e "$root/etc/lianshen/${file##*/}" ] || cp "$file" "$root/etc/lianshen/"
done

# Keys and credentials: adds what is missing and changes nothing. Only root can read them.
(umask 077 && "$opt/bin/python" "$opt/share/make-credentials.py" "$root/etc/lianshen/place")

if [ -z "$root" ]; then
  systemctl daemon-reload
  systemctl enable lianshen.target
  echo "installed; look at /etc/lianshen, then: systemctl start lianshen.target"
fi
