#!/usr/bin/env bash
# No releases at all: rsync straight into the directory that is served. What a deploy costs when nothing is promised.
set -euo pipefail
rsync -az --delete --mkpath -e "$SSH" "$BUILD/" "$TARGET:$DIR/current/"
