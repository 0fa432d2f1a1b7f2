# The manifest and the log.

# settle MANIFEST EVENT: the manifest, with the copy before it kept; a line in the log. Either may be empty.
do_settle() { settle "$@"; }

settle() {
  if [ -n "$1" ]; then
    [ ! -f manifest.json ] || keep_previous
    write manifest.json "$1"
  else
    flush .releases
  fi
  if [ -n "$2" ] && [ -n "$LOG" ]; then
    # To write into a fifo would wait for a reader.
    [ ! -e "$LOG" ] || [ -f "$LOG" ] || { say unlogged; return 0; }
    case $LOG in
      */*) [ -d "${LOG%/*}/" ] || mkdir -p -- "${LOG%/*}" || : ;;
    esac
    # A line that a full disk cut short must not take this one with it.
    [ ! -f "$LOG" ] || [ -z "$(tail -c 1 "$LOG" 2>/dev/null)" ] || echo >>"$LOG" || :
    printf '%s\n' "$2" >>"$LOG" || say "unlogged"
  fi
}

keep_previous() {
  # A copy is worth less than the switch that it comes after.
  [ ! -d .releases/manifest.json.previous ] || return 0
  # A link is as good as a copy: what is there is never written to, only replaced.
  { [ ! -L manifest.json ] && ln -f manifest.json .releases/manifest.json.previous 2>/dev/null; } || {
    cp -p manifest.json ".releases/manifest.json.previous.$RUN~"
    mv -f ".releases/manifest.json.previous.$RUN~" .releases/manifest.json.previous
  }
}

# restore MANIFEST BROKEN: a rebuilt manifest; the one it replaces is kept as BROKEN beside it, if that is given.
do_restore() {
  if [ -n "$2" ] && [ -e manifest.json ]; then
    [ ! -e "$2" ] || refuse exists
    # A copy, so that there is a manifest whatever happens; what is no file cannot be one.
    if [ -f manifest.json ] && [ -r manifest.json ]; then cp -p manifest.json "$2"; else mv -- manifest.json "$2"; fi
  elif [ -f manifest.json ]; then keep_previous
  fi
  write manifest.json "$1"
}
