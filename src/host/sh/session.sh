# One session a host: it answers one message at a time, and takes their words for data.

# session MARK LEASE ROOT RELEASES LINKDIR LINKNAME LINKTO LOG RUN [FIRST]: answers messages from stdin until it ends, and before them
# those in FIRST. LINKTO and a release's name are the text of the link to it. Every line of an answer starts with MARK, so a noisy login
# does no harm. Without a line for LEASE seconds the session kills itself: its lock is then free.
session() {
  MARK=$1 LEASE=$2 ROOT=$3 RELEASES=$4 LINKDIR=$5 LINKNAME=$6 LINKTO=$7 LOG=$8 RUN=$9
  shift 9
  FIRST=${1:-}
  LINK=$LINKDIR/$LINKNAME SELF=$RUN.$$
  # On one filesystem with the link, wherever that is.
  case $LINKDIR in
    .) STAGE=.releases/stage.$RUN ;;
    *) STAGE=$LINKDIR/.releases-stage.$LINKNAME ;;
  esac
  greet
  missed=0
  # Not before both are there: bash runs a trap's action between the two as well, and would wait in it for the first to end.
  trap '' USR1
  exec 3<&0 </dev/null
  pump <&3 3<&- | work 3<&- &
  exec 3<&-
  trap 'missed=0' USR1
  step=$(((LEASE + 4) / 5))
  while [ "$missed" -le "$((LEASE / step))" ]; do
    sleep "$step"
    missed=$((missed + 1))
  done
  # What this run's commands do, on channels of their own, ends before the lock is anybody else's (command.sh).
  # A disk that hangs must not hold up the end, and who only looked leaves nothing.
  { IFS= read -r line && IFS= read -r mine && [ "$mine" = "$SELF" ] && true >"$ROOT/.releases/over.$SELF"; } 2>/dev/null <"$ROOT/.releases/lock" &
  sleep 4
  kill -KILL 0
}

# Reads stdin for as long as the runner lives and hands all on; every line, heartbeats too, renews the lease. It has no children that
# could end while it reads: BusyBox's read would then lose what it has.
pump() {
  trap 'kill -KILL 0' PIPE
  [ -z "$FIRST" ] || printf '%s' "$FIRST"
  while IFS= read -r line && kill -USR1 $$; do
    [ ! -f "$ROOT/.releases/beat.$SELF" ] || touch "$ROOT/.releases/beat.$SELF"
    # Heard here, out of turn: `work` may be busy with a message that others wait behind.
    [ "$line" != stop ] || true 2>/dev/null >"$ROOT/.releases/stop.$SELF"
    printf '%s\n' "$line" 2>/dev/null || kill -KILL 0
  done
}

# A message is a verb and its arguments, in pieces with `^` between them, %b-encoded: `=` ends an argument, after `|` comes a newline and
# more of it, after `+` more of it. The line starts with `.`, with `+` when the message goes on in the next one, or with `&` when it is
# only meant if the one before ended well, and whoever sent it is still there and has not said stop since.
work() {
  trap '' PIPE
  GONE= LOCKED= ARMED= text= part= status=0 PRINTF=$(command -v printf)
  set --
  while IFS= read -r line; do
    case $line in
      [+.\&]*) ;;
      *) continue ;;
    esac
    set -f; IFS='^'
    for word in ${line#?}; do
      decode "${word#?}"
      case $word in
        =*) set -- "$@" "$text$part$decoded"; text= part= ;;
        '|'*) part="$part$decoded
" ;;
        *) part=$part$decoded ;;
      esac
    done
    set +f; unset IFS
    text=$text$part part=
    case $line in
      +*) continue ;;
    esac
    case $line in
      '&'*)
        if [ "$status$GONE" != 0 ] || [ -e ".releases/stop.$SELF" ]; then
          status=4
          say "end $status"
          set --
          continue
        fi ;;
    esac
    verb=${1:-} status=64
    [ $# = 0 ] || shift
    case $verb in
      open) open "$@"; status=$? ;;
      verify|records|traces|probe) ( set -e; "do_$verb" "$@" ); status=$? ;;
      place|renew|publish|settle|finish|archive|restore) ( set -e; holding || refuse lock; "do_$verb" "$@" ); status=$? ;;
      arm) if holding; then arm "$1"; else ( refuse lock ); fi; status=$? ;;
    esac
    case $verb$status in
      place0) [ -z "$5" ] || try_arm "$1" ;;
      publish*) ARMED= ;;
    esac
    say "end $status"
    set --
  done
  # What was offered and not used. What cannot go like this, the next sweep sees to.
  ! holding || { disarm; remove ".releases/trash/offer.$RUN" ".releases/stop.$SELF"; } 2>/dev/null
  unlock
  trap '' TERM
  kill -TERM 0
}

# Most pieces stand for themselves, and then nothing has to be started for them.
decode() {
  case $1 in
    *\\*) decoded=$(printf '%b.' "$1"); decoded=${decoded%.} ;;
    *) decoded=$1 ;;
  esac
}
