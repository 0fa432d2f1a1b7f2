# What to call comes after the functions, at any time.

# await END: runs what stdin says up to a line that is END, and leaves it what follows; what was cut on the way is never run.
await() {
  told=
  while IFS= read -r line; do
    [ "$line" != "$1" ] || { eval "$told"; exit; }
    told="$told$line
"
  done
  exit 97
}
