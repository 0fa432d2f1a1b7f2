#!/usr/bin/env bash
# The script that many a project has: three connections, a copy of the current release on the host, rsync over it, a link.
# SSH: the command and its options. TARGET: user@host. DIR, RELEASE: where, and as what. BUILD: the directory to send.
set -euo pipefail
$SSH "$TARGET" "mkdir -p $DIR/releases && if [ -e $DIR/current ]; then cp -a $DIR/current/. $DIR/releases/$RELEASE; fi"
rsync -az --delete -e "$SSH" "$BUILD/" "$TARGET:$DIR/releases/$RELEASE/"
$SSH "$TARGET" "cd $DIR && ln -s releases/$RELEASE current.new && mv -T current.new current"
