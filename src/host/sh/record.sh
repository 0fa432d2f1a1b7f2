# What was written down, by us and by others.

do_records() {
  for file in .releases/records/*.json; do
    name=${file##*/} name=${name%.json}
    [ -f "$file" ] && plain "$name" || continue
    line=
    IFS= read -r line <"$file" || :
    say "record-of $name $line"
  done
  [ ! -f "$LOG" ] || tail -c 4194304 <"$LOG" | tail -n 1000 | sed "s/^/$MARK log /"
}

# What Capistrano and Deployer wrote down of releases that nobody else vouches for.
do_traces() {
  for file in revisions.log .dep/releases_log .dep/releases; do
    [ -f "$file" ] && [ -r "$file" ] || continue
    tail -c 1048576 <"$file" | tail -n 1000 | LC_ALL=C sed "s|^|$MARK trace $file |"
    echo
  done
  for file in "$RELEASES"/*/BAD_RELEASE "$RELEASES"/*/REVISION; do
    name=${file%/*} mark=${file##*/}
    name=${name##*/}
    plain "$name" && [ ! -L "$RELEASES/$name" ] && [ -f "$file" ] && [ ! -L "$file" ] && [ -r "$file" ] || continue
    say "mark $mark $name $(head -n 1 <"$file" | cut -c 1-200)"
  done
  [ ! -L release ] || { name=$(readlink release) && name=${name##*/} && plain "$name" && say "unfinished $name"; } || :
}
