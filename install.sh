#!/bin/sh
# Builds tamis and installs it with its man pages and with completion for bash, zsh and fish, in folders where these are
# found: under ~/.local, or elsewhere: PREFIX=/usr/local ./install.sh
#
# TAMIS=FILE takes a program that is built already. ./install.sh --remove takes away what was installed.
set -eu

# The path of a file or folder from anywhere.
whole() {
    case $1 in
    /*) echo "$1" ;;
    *) echo "$PWD/$1" ;;
    esac
}

prefix=$(whole "${PREFIX:-$HOME/.local}")
built=${TAMIS:+$(whole "$TAMIS")}
cd "$(dirname "$0")"

program=$prefix/bin/tamis
man=$prefix/share/man
bash=$prefix/share/bash-completion/completions/tamis
zsh=$prefix/share/zsh/site-functions/_tamis
fish=$prefix/share/fish/vendor_completions.d/tamis.fish

case ${1:-} in
'') ;;
--remove)
    rm -f "$program" "$bash" "$zsh" "$fish" "$man"/man1/tamis.1 "$man"/man7/tamis-*.7
    echo "removed from $prefix"
    exit
    ;;
*)
    echo "install.sh: unknown option \"$1\": there is --remove" >&2
    exit 2
    ;;
esac

if [ -z "$built" ]; then
    cargo build --release --locked
    built=${CARGO_TARGET_DIR:-target}/release/tamis
fi

mkdir -p "$prefix/bin" "$man/man1" "$man/man7" "${bash%/*}" "${zsh%/*}" "${fish%/*}"
# A file of its own in the place of an older one, which may be running.
cp "$built" "$program.new"
chmod 755 "$program.new"
mv "$program.new" "$program"
cp man/*.1 "$man/man1"
cp man/*.7 "$man/man7"
"$program" completions bash >"$bash"
"$program" completions zsh >"$zsh"
"$program" completions fish >"$fish"

echo "installed in $prefix: bin/tamis, man pages, and completion for bash, zsh and fish, for new shells"
case :$PATH: in
*:"$prefix/bin":*) ;;
*) echo "add this to your shell's start file: PATH=$prefix/bin:\$PATH" ;;
esac
echo "zsh finds its completion with this before compinit in ~/.zshrc: fpath=(${zsh%/*} \$fpath)"
