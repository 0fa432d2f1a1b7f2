# What script/test and script/demo need on a fresh machine; sourced by both, with the project root as the current directory.
# shellcheck shell=sh

say() { printf '%s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# sshd is at home in sbin, which a plain user's PATH often leaves out.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# Which Debian package brings a command.
package_of() {
  case $1 in
    sshd) say openssh-server ;;
    ssh | ssh-keygen) say openssh-client ;;
    flock) say util-linux ;;
    useradd | userdel) say passwd ;;
    dropbear | dropbearkey) say dropbear-bin ;;
    mkfs.ext4) say e2fsprogs ;;
    mkfs.btrfs) say btrfs-progs ;;
    losetup) say mount ;;
    node) say nodejs ;;
    *) say "$1" ;;
  esac
}

# missing COMMAND...: those that are not there.
missing() {
  list=
  for tool; do
    case "$list " in *" $tool "*) continue ;; esac
    has "$tool" || list="$list $tool"
  done
  printf '%s' "${list# }"
}

# install_tools COMMAND...: asks apt for what is missing. Where that cannot be, says so; the caller looks again.
install_tools() {
  absent=$(missing "$@")
  [ -n "$absent" ] || return 0
  packages=
  for tool in $absent; do packages="$packages $(package_of "$tool")"; done
  if ! has apt-get; then
    say "not here: $absent"
    case $(uname -s) in
      Darwin) say "With Homebrew, as far as it has them: brew install$packages (sshd and ssh come with macOS)" ;;
      *) say "Please install with your package manager what Debian calls:$packages" ;;
    esac
    return 0
  fi
  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif has sudo; then
    as_root=sudo
  else
    say "not here: $absent"
    say "Neither root nor sudo. Please run as root: apt-get install$packages"
    return 0
  fi
  say "installing with apt-get:$packages"
  # shellcheck disable=SC2086 # lists of words on purpose
  {
    # Lists as old as the image may name packages that have left the mirror.
    $as_root apt-get update -qq || say "apt-get update failed; trying with the lists at hand"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null ||
      # One unknown package must not keep the others away.
      for package in $packages; do
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null ||
          say "apt-get could not install $package"
      done
  }
  case "$absent" in
    *sshd*)
      [ ! -d /run/systemd/system ] ||
        say "Debian starts an SSH service with openssh-server. Nothing here needs it: sudo systemctl disable --now ssh"
      ;;
  esac
}

# The npm packages, as the lock has them, and node 24 (on Linux x64 one of them) in front of the PATH.
install_packages() {
  install_tools node npm
  has npm || die "npm is missing: install Node.js 20 or newer (24 is best), which brings it: https://nodejs.org"
  # shellcheck disable=SC3013 # not POSIX, but every sh has it
  if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    say "installing the npm packages"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || die "npm ci failed"
    touch node_modules/.package-lock.json
  fi
  PATH=$PWD/node_modules/.bin:$PATH
  [ "$(node -p 'process.versions.node.split(".")[0] >= 24')" = true ] ||
    die "found node $(node --version); on this platform please install Node.js 24 yourself: the action runs on it"
}
