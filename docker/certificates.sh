#!/bin/bash
# Makes, once, a certificate authority for this installation and one certificate for all its Elasticsearch nodes.
# Runs in the Elasticsearch image as its own user: certificates.sh FOLDER HOST...
set -euo pipefail
umask 077
folder=$1
shift
if [ -f "$folder/node.key" ]; then exit 0; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
elasticsearch-certutil ca --silent --pem --days 3650 --out "$work/ca.zip"
unzip -q "$work/ca.zip" -d "$work"
elasticsearch-certutil cert --silent --pem --days 3650 --name node \
    --ca-cert "$work/ca/ca.crt" --ca-key "$work/ca/ca.key" \
    --ip 127.0.0.1 --dns "$(IFS=,; echo "localhost,$*")" --out "$work/node.zip"
unzip -q "$work/node.zip" -d "$work"
install -m 644 "$work/ca/ca.crt" "$folder/ca.crt"
install -m 600 "$work/node/node.crt" "$folder/node.crt"
install -m 600 "$work/node/node.key" "$folder/node.key" # last: its presence means that all files are there
