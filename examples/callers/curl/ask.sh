#!/bin/sh
# Asks the gate once, by status alone: ends with 0 on go, with 22 on any other verdict or problem, with curl's own codes when the
# gate can't be reached. What the gate said is printed.
#
# Needs TIDEGATE_URL, TOKEN, APP, CLUSTER and REVISION; names hold no quotes.
set -eu
exec curl --silent --show-error --fail-with-body --max-time 20 \
  --header "Authorization: Bearer $TOKEN" --header 'Content-Type: application/json' \
  --data "{\"app\": \"$APP\", \"cluster\": \"$CLUSTER\", \"revision\": \"$REVISION\", \"phase\": \"${PHASE:-PreSync}\"}" \
  "$TIDEGATE_URL/v1/verdicts/strict"
