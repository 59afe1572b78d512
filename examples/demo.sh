#!/bin/sh
# What `make demo` shows: index the example collection, ask three questions, serve the page.
set -eu
needlepoint="$BIN/needlepoint"
export NEEDLEPOINT_STORE="$STORE"
"$needlepoint" index examples/collection
for question in \
    "How fast was Dunlin moving when she hit the pier?" \
    "At what time does the extra Friday ship leave Port Ardlaw?" \
    "When does the borrowing facility with the bank expire?"
do
    printf '\n%s\n' "$question"
    "$needlepoint" ask "$question" --top-k 2
done
if [ "$SERVE" != 0 ]; then
    printf '\nThe page is on http://127.0.0.1:8501 (Ctrl-C ends it)\n'
    exec "$needlepoint" ui
fi
