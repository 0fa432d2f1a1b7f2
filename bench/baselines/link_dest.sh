#!/usr/bin/env bash
# The same with --link-dest in place of the copy: fresh timestamps make it link nothing, and rsync copies what it needs itself.
set -euo pipefail
$SSH "$TARGET" "mkdir -p $DIR/releases"
rsync -az --delete --link-dest="$DIR/current/" -e "$SSH" "$BUILD/" "$TARGET:$DIR/releases/$RELEASE/"
$SSH "$TARGET" "cd $DIR && ln -s releases/$RELEASE current.new && mv -T current.new current"
