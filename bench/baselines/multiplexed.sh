#!/usr/bin/env bash
# The same over one connection: OpenSSH's ControlMaster, which the first command opens and the last closes.
set -euo pipefail
SSH="$SSH -o ControlMaster=auto -o ControlPersist=30 -o ControlPath=$SCRATCH/%C"
$SSH "$TARGET" "mkdir -p $DIR/releases && if [ -e $DIR/current ]; then cp -a $DIR/current/. $DIR/releases/$RELEASE; fi"
rsync -az --delete -e "$SSH" "$BUILD/" "$TARGET:$DIR/releases/$RELEASE/"
$SSH "$TARGET" "cd $DIR && ln -s releases/$RELEASE current.new && mv -T current.new current"
$SSH -O exit "$TARGET" 2>/dev/null
