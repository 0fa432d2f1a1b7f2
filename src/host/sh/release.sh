# How an upload becomes a release.

# place RELEASE PROOF RECORD CONTENT ARM FILE REVISION MODE DIRS [KIND PATH TEXT]...: an upload that is proven whole gets its name. Before
# that, REVISION is written to FILE (unless empty), and each PATH becomes a link with TEXT into shared/; MODE is the file's and DIRS that of
# directories made for them, if not empty. The record is on disk before the name is. CONTENT: whether the hashes that came with it (offer,
# keep) may be relied on. ARM: whether the switch to it comes next.
do_place() {
  plain "$1" || refuse name
  here=.releases/incoming/$1
  [ -d "$here" ] && [ ! -L "$here" ] || refuse upload
  [ ! -L "$RELEASES" ] || refuse symlinked
  [ ! -e "$RELEASES/$1" ] && [ ! -L "$RELEASES/$1" ] || refuse exists
  # What came goes to the disk while it is looked at, so that less is left for `write` below, which waits. Without the lock's descriptor,
  # as in open, and without anything that who reads our answers would wait for.
  flush .releases 9>&- >/dev/null 2>&1 &
  look_at "$1"
  found=$(proof <".releases/index/$1.$RUN~")
  [ "${found%% *}" = "$2" ] || refuse "partial $(wc -l <".releases/index/$1.$RUN~" | tr -d ' ')"
  release=$1 record=$3 content=$4
  if [ -n "$6" ]; then
    parents "$here" "$6" "$9"
    [ ! -d "$here/$6" ] || [ -L "$here/$6" ] || { tell 'refuse folder' "$6"; exit 3; }
    [ ! -e "$here/$6" ] && [ ! -L "$here/$6" ] || tell shadowed "$6"
    # Never written through: the file may be a hard link that the release before shares.
    rm -rf -- "$here/$6"
    printf '%s\n' "$7" >"$here/$6"
    [ -z "$8" ] || chmod "$8" "$here/$6"
  fi
  added=$6 modes=$9
  shift 9
  while [ "$#" -ge 3 ]; do
    link_shared "$here" "$1" "$2" "$3" "$modes"
    added=yes
    shift 3
  done
  [ -z "$added" ] || look_at "$release"
  # What lies there is of a dead run, or nothing that anybody may write through. No rename: an index counts for nothing before its
  # release is there, and this is on disk by then.
  remove ".releases/index/$release" ".releases/content/$release"
  pack ".releases/index/$release.$RUN~" ".releases/index/$release"
  touch -r ".releases/index/$release.$RUN~~" ".releases/index/$release"
  [ -z "$content" ] || [ ! -f ".releases/content/$release.$RUN~" ] || mv ".releases/content/$release.$RUN~" ".releases/content/$release"
  [ -d "$RELEASES" ] || { mkdir -p -- "$RELEASES"; lend g+rwxs "$RELEASES"; }
  # Not what a release shares: it would change there, too.
  [ -z "$GROUP" ] || find "$here" ! -group "$GROUP" \( ! -type f -o ! -links +1 \) -exec chgrp -h "$GROUP" {} + 2>/dev/null || :
  write ".releases/records/$release.json" "$record"
  relocate "$here" "$RELEASES/$release"
  rm -f ".releases/uploading.$release"
}

# look_at RELEASE: lists its upload. The date of what is listed says nothing of a change in the second in which this began, or later.
look_at() {
  : >".releases/index/$1.$RUN~~"
  listing "$here" >".releases/index/$1.$RUN~"
}

# link_shared RELEASE KIND PATH TEXT DIRS: what the artifact has in the way goes, and is told.
link_shared() {
  parents "$1" "$3" "$5"
  if [ "$2" = dir ]; then mkdir -p -- "shared/$3"; else parents shared "$3"; fi
  if [ -e "$1/$3" ] || [ -L "$1/$3" ]; then
    [ "$(readlink "$1/$3" 2>/dev/null)" = "$4" ] || tell shadowed "$3"
    rm -rf -- "$1/$3"
  fi
  ln -s -- "$4" "$1/$3"
}

# parents ROOT PATH [MODE]: makes the directories above PATH, never through a symlink that would lead out of ROOT. With MODE, empty or not,
# they are a release's: the last one can be written in then, whatever its permissions were.
parents() {
  above=$1 rest=$2
  case /$rest/ in
    *//*|*/../*) tell 'refuse outside' "$rest"; exit 3 ;;
  esac
  while :; do
    case $rest in
      */*) above=$above/${rest%%/*} rest=${rest#*/} ;;
      *) [ "$#" -lt 3 ] || open_up "$above"; return 0 ;;
    esac
    [ ! -L "$above" ] || { tell 'refuse through' "$above"; exit 3; }
    [ -d "$above" ] || {
      [ "$#" -lt 3 ] || open_up "${above%/*}"
      mkdir -p -- "$above"
      [ -z "${3:-}" ] || chmod "$3" "$above"
    }
  done
}

# Whether releases/ is a directory below ROOT and no symlink leads out of it on the way there.
genuine() { ( cd -P . && home=$PWD && cd -P -- "$RELEASES" 2>/dev/null && [ "$PWD" = "$home/$RELEASES" ] ); }

# archive RELEASE: as rolled-back-release-RELEASE.tar.gz beside the manifest, whole or not at all.
do_archive() {
  plain "$1" && [ -d "$RELEASES/$1" ] && [ ! -L "$RELEASES/$1" ] || refuse gone
  command -v tar >/dev/null 2>&1 || refuse tar
  [ ! -d "rolled-back-release-$1.tar.gz" ] || { tell 'refuse folder' "rolled-back-release-$1.tar.gz"; exit 3; }
  umask 077
  tar -czf ".releases/archive.$RUN~" -C "$RELEASES" "./$1" || { rm -f ".releases/archive.$RUN~"; exit 1; }
  mv -f ".releases/archive.$RUN~" "rolled-back-release-$1.tar.gz"
}
