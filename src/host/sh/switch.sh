# The one rename, and all that can be done before it.

# arm RELEASE: makes the link to it that `publish` will only have to rename, when no command runs on the host meanwhile.
arm() {
  ARMED=
  ( set -e; ready "$LINKTO$1" "$1" )
  code=$?
  [ "$code" != 0 ] || ARMED=$LINKTO$1
  return "$code"
}

# The same ahead, in passing: what is wrong will be told in its own time.
try_arm() {
  arm "$1" >/dev/null 2>&1
  [ -z "$ARMED" ] || say "armed $1"
}

disarm() {
  [ -z "$ARMED" ] || rm -rf -- "$STAGE"
  ARMED=
}

# ready TEXT RELEASE: all of a switch that comes before its rename(2); what the release holds is on disk by then.
ready() {
  if [ -n "$2" ]; then
    plain "$2" || refuse name
    [ -d "$RELEASES/$2" ] && [ ! -L "$RELEASES/$2" ] || refuse gone
  fi
  [ -L "$LINK" ] || [ ! -e "$LINK" ] || refuse directory
  flush .releases
  [ -n "$1" ] || return 0
  case $LINKDIR in
    /*) ;;
    *) [ -d "$LINKDIR" ] || { [ -z "$2" ] || genuine || refuse symlinked; mkdir -p -- "$LINKDIR"; } ;;
  esac
  [ -z "$2" ] || leads "$1" "$2" || exit
  remove "$STAGE"
  mkdir -- "$STAGE"
  ln -s -- "$1" "$STAGE/$LINKNAME"
}

# publish TEXT RELEASE PREVIOUS MANIFEST EVENT ARMED: the link becomes TEXT by one rename(2), is read back, and recorded. An empty TEXT
# takes the link away: what was before the first deploy. RELEASE must exist, or be empty when an unknown place is put back.
do_publish() {
  if [ -n "$6" ] && [ "$ARMED" = "$1" ] && [ -L "$STAGE/$LINKNAME" ] && [ -d "$RELEASES/$2" ]; then
    [ -L "$LINK" ] || [ ! -e "$LINK" ] || refuse directory
  else
    ready "$1" "$2"
  fi
  if [ -z "$1" ]; then
    rm -f -- "$LINK"
    [ ! -L "$LINK" ] || refuse link
  else
    mv -f -- "$STAGE/$LINKNAME" "$LINKDIR/"
    [ "$(readlink "$LINK")" = "$1" ] || refuse link
  fi
  say switched
  [ -z "$1" ] || rmdir -- "$STAGE"
  [ "$LINKDIR" = . ] || [ ! -d "$LINKDIR" ] || flush "$LINKDIR"
  # A hint, for what is likely meant by the next run: it may be lost, and no switch fails for it.
  # In a group it may be a colleague's link to a file of ours.
  if writable .releases/previous; then printf '%s\n' "$3" 2>/dev/null >.releases/previous || :; fi
  settle "$4" "$5"
}

# leads TEXT RELEASE: refuses when a link TEXT in LINKDIR, which itself may lie behind a symlink, would not serve RELEASE, or that is not
# what it seems.
leads() {
  ( cd -P . && home=$PWD && cd -P -- "$RELEASES/$2" && goal=$PWD && cd -P -- "$home" || refuse astray
    [ "$goal" = "$home/$RELEASES/$2" ] || refuse symlinked
    cd -P -- "$LINKDIR" && cd -P -- "$1" || refuse astray
    case $PWD/ in
      "$goal"/*) ;;
      *) refuse astray ;;
    esac )
}
