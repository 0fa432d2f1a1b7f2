# One of the user's commands, on a channel of its own.

# run_command MARK DIR ROOT RUN SCRIPT [NAME=value ...]: runs SCRIPT in DIR. When stdin ends first, or the session ends that holds the lock
# in ROOT for RUN (either may be empty), all that it started is killed.
# The marks tell the end of the command from the end of the connection, and do not wait for a daemon it left behind.
run_command() {
  mark=$1 dir=$2 lock=$3/.releases/lock over=$3/.releases/over run=$4 script=$5
  shift 5
  holder= leader=
  [ -z "$run" ] || { IFS= read -r holder && IFS= read -r leader; } 2>/dev/null <"$lock" || :
  case $holder in *'"id":"'"$run".*) ;; *) leader= ;; esac
  # Where each channel has processes of its own, what the session leaves there is all that tells of it.
  session=${leader##*.}
  case $session in
    ''|*[!0-9]*) session= ;;
    *) kill -0 "$session" 2>/dev/null || session= ;;
  esac
  printf '%s started\n' "$mark"
  exec 3<&0 </dev/null
  { exec >/dev/null 2>&1
    trap '' TERM HUP INT
    while IFS= read -r line <&3; do :; done
    kill -TERM 0; sleep 2; kill -KILL 0; } &
  deadman=$!
  exec 3<&-
  guard=
  if [ -n "$leader" ]; then
    { exec >/dev/null 2>&1
      trap '' TERM HUP INT
      until outlived; do sleep 1; done
      kill -TERM 0; sleep 2; kill -KILL 0; } &
    guard=$!
  fi
  ( unset CDPATH lock over run holder leader session guard
    cd -- "$dir" || exit 1
    for pair do export "$pair"; done
    set --
    eval "$script" ) 2>&1
  status=$?
  # ksh and yash tell of signal N as 256+N and 384+N.
  [ "$status" -le 255 ] || status=$((128 + status % 128))
  kill -KILL "$deadman" $guard 2>/dev/null
  wait "$deadman" $guard 2>/dev/null
  printf '\n%s done %s\n' "$mark" "$status"
}

# outlived: whether the session is gone, or about to go, that held the lock when this began. Where it has let go there is nothing to wait for.
outlived() {
  [ ! -e "$over.$leader" ] || return 0
  [ -z "$session" ] || ! kill -0 "$session" || return 1
  told=
  { IFS= read -r holder && IFS= read -r told; } <"$lock" || :
  [ "$told" = "$leader" ] || exit
  [ -n "$session" ]
}
