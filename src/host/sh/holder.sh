# Who works here: asked by those who only look, and of locks without flock.

holder() {
  # Who leaves empties it; who dies does not.
  [ -f .releases/lock ] && [ -s .releases/lock ] || return 0
  if command -v flock >/dev/null 2>&1; then
    if flock -n -s 9 9<.releases/lock; then return 0; fi
  elif vacant "$(turn)"; then return 0; fi
  say "held 0 $(sed -n 1p .releases/lock)"
}

# countable TEXT: a number, and none beyond what every shell can count to.
countable() {
  case $1 in
    ''|*[!0-9]*|0*|????????????????*) return 1 ;;
  esac
}

turn() {
  highest=0
  for file in .releases/turn.*; do
    ! countable "${file##*.}" || [ "${file##*.}" -le "$highest" ] || highest=${file##*.}
  done
  echo "$highest"
}

vacant() { # TURN
  [ "$1" != 0 ] || return 0
  owner=$(readlink ".releases/turn.$1") || return 1
  [ "$owner" != - ] || return 0
  beat=$(stat -c %Y ".releases/beat.$owner" 2>/dev/null || stat -f %m ".releases/beat.$owner" 2>/dev/null) || beat=0
  age=$(($(date +%s) - beat))
  # One of the time to come is of before the clock was set right.
  [ "$age" -gt "$((LEASE * 2))" ] || [ "$age" -lt "$((LEASE * -2))" ]
}
