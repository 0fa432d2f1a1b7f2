# The upload's own channel: what comes, by rsync or as an archive, goes to incoming/.

# upload ROOT RELEASE LEFTOVER CLONE RSYNC...: becomes the receiving rsync, in incoming/. LEFTOVER: the place of an upload that was
# cut, to go on from unless an orphan still writes there. CLONE: a directory to start from by reflink.
upload() {
  enter "$1" "$2" "$3"
  clone=$4
  shift 4
  [ ! -d "$release" ] || unshare || rm -rf -- "$release" || exit 74
  if [ ! -d "$release" ]; then
    mkdir -- "$release" || exit 74
    [ -z "$clone" ] || cp -a --reflink=always -- "$clone/." "$release/" || exit 73
  fi
  receive "$@"
}

# What an upload that was cut shares with a release: rsync would give it other permissions there, too. It is linked again for nothing.
unshare() {
  find "./$release" -type d ! -perm -0700 -exec chmod u+rwx {} + && find "./$release" -type f -links +1 -exec rm -f -- {} + &&
    # Not every find tells that what it started has failed.
    left=$(find "./$release" -type f -links +1) && [ -z "$left" ]
}

# enter ROOT RELEASE LEFTOVER: into incoming/, and the only one at work on RELEASE there. Descriptor 8 stays with rsync.
enter() {
  cd -- "$1/.releases/incoming" || exit 74
  unset TAR_OPTIONS GZIP
  release=$2 leftover=$3
  for file in "../uploading.$release" "../uploading.$leftover"; do
    writable "$file" || { echo "$file is in the way" >&2; exit 74; }
  done
  case $(ls -ld .) in
    d????w*) umask 002
      # What a colleague left cannot be made to have the right permissions.
      [ -z "$leftover" ] || [ -n "$(find "./$leftover" -prune -user "$(id -u)" 2>/dev/null)" ] || leftover= ;;
  esac
  if command -v flock >/dev/null 2>&1; then
    exec 8>>"../uploading.$release"
    tries=0
    until flock -n 8 8>&8; do
      tries=$((tries + 1))
      [ "$tries" -lt 60 ] || { echo "an earlier try of this upload still runs on the host" >&2; exit 75; }
      sleep 1
      # The run that has the lock is here: an orphan that nobody told of its end has nothing to do any more.
      [ "$tries" -lt 3 ] || while IFS= read -r leader; do stop_group "$leader"; done <"../uploading.$release"
    done
    echo $$ >"../uploading.$release"
    [ -z "$leftover" ] || flock -n 7 7>>"../uploading.$leftover" || leftover=
  fi
  if [ -n "$leftover" ] && [ ! -d "$release" ] && [ -d "$leftover" ] && [ ! -L "$leftover" ]; then
    mv -- "$leftover" "$release" || exit 74
  fi
  [ ! -L "$release" ] || { echo "$PWD/$release is a symlink" >&2; exit 74; }
}

receive() {
  if command -v flock >/dev/null 2>&1; then exec "$@" 8>&8; else exec "$@"; fi
}

# stop_group LEADER: a process group's number is nobody else's for as long as one of its processes lives.
stop_group() {
  case $1 in
    ''|0*|1|*[!0-9]*) ;;
    *) kill -s TERM -- "-$1" 2>/dev/null || : ;;
  esac
}

# resume ROOT RUN RELEASE KEY RSYNC...: an upload that begins with what the session has offered (see prepare), less what the runner
# strikes out: `-PATH` is not in the artifact as it is here, `+HASH MODE PATH` is on its way, a lone dot ends it. 76: it cannot be used.
resume() {
  take "$1" "$2" "$3" "$4"
  shift 4
  receive "$@"
}

# extract ROOT RUN RELEASE KEY: the same, and what follows is no rsync's stream but all that is left, as one archive. It holds nothing
# that lies there: no tar writes through what another release shares.
extract() {
  take "$@"
  # One that is cut looks whole to some. What tar says is looked into, should it fail.
  { gzip -dc || : >"$draft/cut"; } | LC_ALL=C tar -xpomf - -C "$release" && [ ! -e "$draft/cut" ]
}

# pour ROOT RUN RELEASE [KEY]: all of it follows as one stream, packed by zstd; this tar is GNU's, which tells one that is cut. With a KEY
# it is all that is left, as of extract.
pour() {
  begin "$@"
  receive_all
}

begin() {
  if [ $# -gt 3 ]; then take "$@"; return; fi
  enter "$1" "$3" ''
  # A group that the directory hands on is none of the artifact's.
  [ ! -e "$release" ] && mkdir -- "$release" && chmod g-s "$release" || exit 74
}

receive_all() {
  # What it says is looked into, should it fail.
  LC_ALL=C tar -I zstd -xpomf - -C "$release"
}

# weave ROOT RUN RELEASE [KEY]: the same by several channels. A line of stdin tells where the next 512 KiB are, or what is left when they end:
# 0 for right here, 1 to 3 for a lane, which is there from a line `+N` on.
weave() {
  begin "$@"
  lanes=../trash/lanes.$2
  mkdir -- "$lanes" && mkfifo -- "$lanes/1" "$lanes/2" "$lanes/3" || exit 74
  unravel | receive_all
}

# Who opens a lane for one way waits until somebody is at its other end, so each end is opened for both ways first. What ends is noticed
# at the other end once that is open for one way alone.
unravel() {
  exec 3<>"$lanes/1" 4<>"$lanes/2" 5<>"$lanes/3"
  while IFS= read -r line; do
    case $line in
      0) take_block ;;
      1) take_block <&3 ;;
      2) take_block <&4 ;;
      3) take_block <&5 ;;
      +1) exec 3<"$lanes/1" ;;
      +2) exec 4<"$lanes/2" ;;
      +3) exec 5<"$lanes/3" ;;
      *) break ;;
    esac || break
  done
  rm -rf -- "$lanes"
}

take_block() {
  dd bs=65536 count=8 iflag=fullblock 2>/dev/null
}

# lane ROOT RUN RELEASE N
lane() {
  cd -- "$1/.releases/trash/lanes.$2" && [ -p "$4" ] || exit 74
  # It reads from the runner, so nothing else tells it that what it is for has been stopped.
  echo $$ >>"../../uploading.$3"
  exec 4<>"$4" 3>"$4" 4>&-
  echo lane-open
  exec cat >&3
}

take() { # ROOT RUN RELEASE KEY
  run=$2 key=$4
  enter "$1" "$3" ''
  draft=../trash/offer.$run
  [ ! -e "$release" ] && [ -d "$draft/tree" ] && strike && relocate "$draft/tree" "$release" || {
    echo "the copy of the release before, $draft, could not be used" >&2
    exit 76
  }
}

# So the content is known that the release will have.
strike() {
  while IFS= read -r line; do
    case $line in
      -*) printf '%s\n' "${line#-}" >&5 ;;
      +*) printf '%s\n' "${line#+}" >&6 ;;
      *) break ;;
    esac
  done 5>"$draft/gone" 6>"$draft/new"
  [ "$line" = . ] && discard "$draft/gone" || return 1
  {
    printf '%s\n' "$key"
    LC_ALL=C awk 'at == 1 { gone[$0]; next } at == 3 || $1 != "-" && !(substr($0, length($1 $2) + 3) in gone)' \
      at=1 "$draft/gone" at=2 "$draft/kept" at=3 "$draft/new"
    echo .
  } | gzip -1 >"../content/$release.$run~"
}

# keep ROOT RUN RELEASE: stdin is what the release will hold, as the runner packed it.
keep() {
  cd -- "$1/.releases/content" && cat >"$3.$2~"
}
