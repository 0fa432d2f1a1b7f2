# What there is on a host, told and not judged.

# facts: what one call of stat tells, and whose options it has: the mode and group of what is here and the mode of .releases in octal,
# their filesystems, the manifest's size; and in OPEN, a line each, ROOT when all may write in it, and what is above it, or above a link
# elsewhere, unless the sticky bit keeps them from each other's.
facts() {
  STAT=gnu MODE= GROUP_HERE= OWN_MODE= DEVICE= DEVICE_RELEASES= SIZE= OPEN= real=
  set --
  # If it is there, it is where we are.
  if [ -d "$ROOT" ]; then
    set -- . "$RELEASES" .releases manifest.json
    [ "$PWD" = "$ROOT" ] || real=$PWD
  fi
  for place in "$ROOT" "$real" "$LINKDIR/."; do
    while :; do
      case $place in
        /?*) place=${place%/*} ;;
        *) break ;;
      esac
      set -- "$@" "${place:-/}"
    done
  done
  seen=$(stat -L -c '%a %g %d %s %n' "$@" 2>/dev/null)
  [ -n "$seen" ] || { STAT=bsd; seen=$(stat -L -f '%Mp%Lp %g %d %z %N' "$@" 2>/dev/null); }
  set -f; IFS='
'
  for line in $seen; do
    mode=${line%% *} line=${line#* } mode=${mode#0}
    group=${line%% *} line=${line#* }
    device=${line%% *} line=${line#* }
    place=${line#* }
    case $place in
      .) MODE=$mode GROUP_HERE=$group
        case $mode in *[2367]) OPEN=$ROOT$IFS$OPEN ;; esac ;;
      .releases) OWN_MODE=$mode DEVICE=$device ;;
      manifest.json) SIZE=${line%% *} ;;
      "$RELEASES") DEVICE_RELEASES=$device ;;
      /*)
        case $mode in
          [1357]???) ;;
          *[2367]) OPEN=$OPEN$place$IFS ;;
        esac ;;
    esac
  done
  set +f; unset IFS
}

# What there is: link, releases, records, leftovers, and room for an UPLOAD. Names come out only if plain; others are counted.
state() {
  if [ -L "$LINK" ]; then
    tell link "$TARGET"
    if [ -e "$LINK" ]; then say "current $LIVE"; else say dangling; fi
  fi
  for name in $(others); do say "served $name"; done
  [ ! -L "$RELEASES" ] || say "symlinked $RELEASES"
  odd=0
  names "$RELEASES" dir
  for file in .releases/records/*.json; do
    name=${file##*/} name=${name%.json}
    [ ! -f "$file" ] || ! plain "$name" || say "record $name"
  done
  names .releases/incoming incoming
  for file in .releases/trash/* .releases/stage.*; do
    case $file in */"offer.$RUN"|*/"lanes.$RUN"|"$STAGE") continue ;; esac
    [ ! -d "$file" ] || ! plain "${file##*/}" || say "leftover ${file#.releases/}"
  done
  [ "$odd" = 0 ] || say "odd $odd"
  [ -z "$1" ] || room
  [ -z "$DEVICE" ] || [ -z "$DEVICE_RELEASES" ] || [ "$DEVICE" = "$DEVICE_RELEASES" ] || say elsewhere
}

# The same of every other link that lies where ours does: somebody is served by it.
others() {
  case $LINKDIR in .) set -- ./* ;; *) set -- ./* "$LINKDIR"/* ;; esac
  for file do
    [ ! -L "$file" ] || [ "$file" = "$LINK" ] || ( LINK=$file; current )
  done
}

names() { # DIR KEY
  for file in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    [ -e "$file" ] || [ -L "$file" ] || continue
    name=${file##*/}
    if ! plain "$name"; then odd=$((odd + 1)); continue; fi
    if [ -L "$file" ]; then say "$2 $name symlink"; elif [ -d "$file" ]; then say "$2 $name"; else say "$2 $name file"; fi
  done
}

# served: TARGET is the text of the link, LIVE what `current` says of it; a text as ours are says that by itself.
served() {
  TARGET= LIVE=
  [ -L "$LINK" ] || return 0
  TARGET=$(readlink "$LINK")
  name=${TARGET#"$LINKTO"}
  # A newline at its end is not in the text.
  if [ "$LINKDIR$TARGET" = ".$LINKTO$name" ] && plain "$name" && [ -d "$RELEASES/$name" ] && [ ! -L "$RELEASES/$name" ] &&
    [ "$LINK" -ef "$RELEASES/$name" ] 2>/dev/null; then
    LIVE=$name
  else
    LIVE=$(current)
  fi
}

# The plain name of the release that the link serves, or serves a part of, if only one file; nothing when it leads elsewhere.
# Leaves its shell elsewhere: only in a $( ).
current() {
  home=$PWD place=$LINK
  cd -P -- "$RELEASES" 2>/dev/null && there=$PWD && cd -P -- "$home" || return 0
  if [ -f "$LINK" ]; then
    place=$(readlink "$LINK") || return 0
    case $place in */*) place=${place%/*}/ ;; *) place=. ;; esac
    cd -P -- "${LINK%/*}" || return 0
  fi
  cd -P -- "$place" 2>/dev/null || return 0
  case $PWD in
    "$there"/*) here=${PWD#"$there"/} here=${here%%/*}; ! plain "$here" || printf '%s\n' "$here" ;;
  esac
}

shared() {
  for item do
    path=${item#*:}
    if [ -d "$ROOT" ]; then path=shared/$path; else path=$ROOT/shared/$path; fi
    case ${item%%:*} in
      file) if [ ! -e "$path" ]; then tell lacking "shared/${item#*:}"; elif [ -d "$path" ]; then tell unfit "shared/${item#*:}"; fi ;;
      dir) if [ ! -e "$path" ]; then room_for "$path"; elif [ ! -d "$path" ]; then tell unfit "shared/${item#*:}"; fi ;;
    esac
  done
}

# Where ROOT is still to be made, that is looked at by itself.
room_for() {
  [ -d "$ROOT" ] || return 0
  above=./$1
  while [ ! -e "$above" ] && [ ! -L "$above" ]; do above=${above%/*}; done
  if [ ! -d "$above" ]; then tell unfit "${above#./}"; return; fi
  [ -w "$above" ] || tell unwritable "$ROOT${above#.}"
}

# A place of the link outside of ROOT is somebody else's: it is never made.
docroot() {
  case $LINKDIR in
    /*) if [ ! -d "$LINKDIR" ]; then say "docroot missing"; elif [ ! -w "$LINKDIR" ]; then say "docroot unwritable"; fi ;;
  esac
}

manifest() {
  if [ ! -e manifest.json ] && [ ! -L manifest.json ]; then say "manifest absent"; return; fi
  if [ ! -f manifest.json ] || [ ! -r manifest.json ]; then say "manifest unreadable"; return; fi
  if [ "${SIZE:-0}" -gt 33554432 ]; then say "manifest large"; return; fi
  say "manifest present"
  sed "s/^/$MARK text /" manifest.json
  echo
}
