#!/bin/sh
# Writes .env beside docker-compose.yml: .env.example with a fresh secret behind each empty *_PASSWORD= and *_KEY=.
# Readable by its owner only; an existing .env is never touched.
set -eu
umask 077
cd "$(dirname "$0")/.."

secret() { # 40 characters, 238 bits, none of them special to a shell, a URL or YAML
    LC_ALL=C tr -dc 'A-Za-z0-9' < /dev/urandom | head -c 40
}

new=$(mktemp .env.XXXXXX)
trap 'rm -f "$new"' EXIT
while IFS= read -r line || [ -n "$line" ]; do
    case $line in
        *_PASSWORD= | *_KEY=) printf '%s%s\n' "$line" "$(secret)" ;;
        *) printf '%s\n' "$line" ;;
    esac
done < .env.example > "$new"
# creating a hard link is atomic and never overwrites a file
if ln "$new" .env 2> /dev/null; then
    echo "wrote .env with fresh secrets, readable by you only"
elif [ -e .env ]; then
    echo ".env is there already and stays as it is"
else
    echo "docker/env.sh: cannot write $(pwd)/.env" >&2
    exit 1
fi
