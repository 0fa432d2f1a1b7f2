# What goes: releases that nobody wants any more, and what dead runs left.

# finish MANIFEST EVENT RELEASE...: prunes. Out of releases/ by rename first, so that no half-deleted release is ever left there.
do_finish() {
  text=$1 event=$2
  shift 2
  live=$(current)
  [ -z "$live" ] || say "serves $live"
  live="
$live
$(others)
"
  bin=.releases/trash/$RUN
  [ "$#" = 0 ] || mkdir -p "$bin"
  for name do
    case $live in
      *"
$name
"*) say "kept $name"; continue ;;
    esac
    plain "$name" && genuine && [ ! -L "$RELEASES/$name" ] && ! mounted "$RELEASES/$name" || { say "kept $name"; continue; }
    [ -d "$RELEASES/$name" ] || continue
    relocate "$RELEASES/$name" "$bin/$name" || { say "kept $name"; continue; }
    say "pruned $name"
  done
  [ "$#" = 0 ] || spare "$text"
  settle "$text" "$event"
  sweep
}

# mounted DIR: whether something is mounted below it; all that is in there is somebody else's.
mounted() {
  [ -r /proc/self/mountinfo ] || return 1
  grep -qF " $(printf '%s\n' "$PWD/$1" | sed 's/\\/\\134/g; s/ /\\040/g')/" /proc/self/mountinfo || return 1
  echo "something is mounted below $PWD/$1"
}

# spare MANIFEST: on a full disk there is room for it when the trash is gone first; what is listed and not there counts as missing.
spare() {
  [ -z "$1" ] || fill ".releases/manifest.json.$RUN~" "$1" 2>/dev/null || {
    rm -f ".releases/manifest.json.$RUN~"
    flush .releases
    rm -rf .releases/trash/* || :
    mkdir -p "$bin"
  }
}

# Leftovers of this and of dead runs; not a place where an orphan still writes.
sweep() {
  for file in .releases/incoming/*; do
    [ -d "$file" ] || continue
    name=${file##*/}
    uploading=.releases/uploading.$name
    writable "$uploading" || rm -rf -- "$uploading"
    ! command -v flock >/dev/null 2>&1 || flock -n 8 8>>"$uploading" || continue
    mkdir -p ".releases/trash/$RUN" && mv -- "$file" ".releases/trash/$RUN/incoming.$name" && rm -f "$uploading" || :
  done
  set --
  for file in .releases/uploading.*; do
    [ -d ".releases/incoming/${file#.releases/uploading.}" ] || set -- "$@" "$file"
  done
  # A record or an index without its release is what is left of one that was pruned, or of a run that died between the two.
  for file in .releases/records/*.json .releases/index/* .releases/content/*; do
    name=${file##*/}
    case $file in .releases/records/*) name=${name%.json} ;; esac
    [ ! -f "$file" ] || [ -e "$RELEASES/$name" ] || set -- "$@" "$file"
  done
  set -- "$@" .releases/stage.* .releases/stop.* .releases/over.* .releases/*~ .releases/*/*~
  # Of what may be of a run that is at work, without the lock, only what is a day old.
  for file in .releases/beat.* .releases/probe.*; do
    [ ! -e "$file" ] || find "$file" -prune -mtime +1 -exec rm -rf {} + || :
  done
  remove "$@" .releases/trash/* 2>/dev/null || {
    remove "$@" || :
    find .releases/trash -type d ! -perm -700 -exec chmod u+rwx {} \; 2>/dev/null || :
    rm -rf .releases/trash/* || say "left $(ls .releases/trash | wc -l | tr -d ' ')"
  }
}
