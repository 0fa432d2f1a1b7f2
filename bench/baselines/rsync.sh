#!/usr/bin/env bash
# rsync alone, into a new directory: the first deploy with nothing around it.
set -euo pipefail
rsync -az -e "$SSH" "$BUILD/" "$TARGET:$DIR/$RELEASE/"
