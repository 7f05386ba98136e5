#!/bin/sh
# Asks the gate once, by status alone: ends with 0 on go, with 22 on any other verdict or problem, with curl's own codes when the
# gate can't be reached. What the gate said is printed.
#
# Needs TIDEGATE_URL, TOKEN, APP, CLUSTER and REVISION; names hold no quotes. Beside hooks of Argo CD also DIGEST, which is theirs
# (tidegate digest charts/bom): without it the gate takes the revision for another change. The token is of kind ci for PHASE=PreSync,
# of kind hook for PostSync and SyncFail, which a ci token may not report (403).
set -eu
exec curl --silent --show-error --fail-with-body --max-time 20 \
  --header "Authorization: Bearer $TOKEN" --header 'Content-Type: application/json' \
  --data "{\"app\": \"$APP\", \"cluster\": \"$CLUSTER\", \"revision\": \"$REVISION\", \"phase\": \"${PHASE:-PreSync}\"${DIGEST:+, \"digest\": \"$DIGEST\"}}" \
  "$TIDEGATE_URL/v1/verdicts/strict"
