# One of the user's commands, on a channel of its own.

# run_command MARK DIR SCRIPT [NAME=value ...]: runs SCRIPT in DIR. When stdin ends first, all that it started is killed.
# The marks tell the end of the command from the end of the connection, and do not wait for a daemon it left behind.
run_command() {
  mark=$1 dir=$2 script=$3
  shift 3
  printf '%s started\n' "$mark"
  exec 3<&0 </dev/null
  { exec >/dev/null 2>&1
    trap '' TERM HUP INT
    while IFS= read -r line <&3; do :; done
    kill -TERM 0; sleep 2; kill -KILL 0; } &
  deadman=$!
  exec 3<&-
  ( unset CDPATH
    cd -- "$dir" || exit 1
    for pair do export "$pair"; done
    set --
    eval "$script" ) 2>&1
  status=$?
  # ksh and yash tell of signal N as 256+N and 384+N.
  [ "$status" -le 255 ] || status=$((128 + status % 128))
  kill -KILL "$deadman" 2>/dev/null
  wait "$deadman" 2>/dev/null
  printf '\n%s done %s\n' "$mark" "$status"
}
