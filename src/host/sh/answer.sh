# What a host says to the runner.

# The first word, in a shell whose ways are known.
greet() {
  LC_ALL=C; export LC_ALL
  unset CDPATH TAR_OPTIONS GZIP
  umask 022
  exec 2>&1
  say hello
}

# Never fails: what a message has begun is finished, also when nobody listens any more. On a line of its own, whatever a program has
# begun to complain of.
say() { printf '\n%s %s\n' "$MARK" "$*" 2>/dev/null || GONE=yes; }

# A refusal has a code that the action turns into words; nothing was changed by the message it answers.
refuse() { say "refuse $*"; exit 3; }

# tell KEY TEXT: in hex, or as it is after a `=`, if it is of what most names are made of.
tell() {
  case $2 in
    ''|*[!A-Za-z0-9._/-]*) say "$1 $(printf '%s' "$2" | od -An -v -tx1 | tr -d ' \n')" ;;
    *) say "$1 =$2" ;;
  esac
}
