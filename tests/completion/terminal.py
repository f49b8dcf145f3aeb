"""Types a line and TAB into an interactive shell in a pseudo-terminal, and prints the words that the shell then has.

Usage: terminal.py SHELL PROGRAM LINE, with "|" in the line where the cursor is, if that is not at its end. The shell's own line editor completes; the completed line is then run with a function in
front that prints each word between angle brackets. Ends with status 1, and what the terminal showed, if nothing comes.
"""

import os
import pty
import re
import select
import sys
import time

# No test waits so long unless it fails.
PATIENCE = 60.0
READY = "ready>"

SHELLS = {
    "bash": (
        ["bash", "--noprofile", "--norc", "-i"],
        "PS1='rea''dy>'; bind 'set bell-style none'; bind 'set enable-bracketed-paste off'",
        'words() { printf "[%s]" "$@"; printf "[end]\\n"; }',
        "source <(tamis completions bash)",
    ),
    "zsh": (
        ["zsh", "-f", "-i"],
        "unsetopt zle_bracketed_paste prompt_cr prompt_sp beep; PROMPT='rea''dy>'; bindkey -e",
        'words() { printf "[%s]" "$@"; printf "[end]\\n"; }',
        "autoload -Uz compinit; compinit -u -D; source <(tamis completions zsh)",
    ),
    "fish": (
        ["fish", "--no-config", "-i"],
        "set -g fish_greeting; function fish_prompt; echo -n 'rea''dy>'; end",
        'function words; printf "[%s]" $argv; printf "[end]\\n"; end',
        "tamis completions fish | source",
    ),
}

ESCAPES = re.compile(r"\x1b(\[[0-9;?>=]*[A-Za-z]|\][^\x07\x1b]*(\x07|\x1b\\)|[()][A-Z0-9]|[=>78])")


class Terminal:
    """The shell's terminal and what it showed."""

    def __init__(self, command):
        self.child, self.master = pty.fork()
        if self.child == 0:
            os.execvp(command[0], command)
        self.shown = ""
        self.deadline = time.monotonic() + PATIENCE

    def type(self, text):
        os.write(self.master, text.encode())

    def wait_for(self, pattern):
        """Reads until the pattern is in what came after the last match, and gives the match."""
        while True:
            plain = ESCAPES.sub("", self.shown)
            match = re.search(pattern, plain, re.DOTALL)
            if match:
                self.shown = plain[match.end() :]
                return match
            left = self.deadline - time.monotonic()
            if left <= 0 or not select.select([self.master], [], [], left)[0]:
                sys.exit(f"not shown: {pattern}\n{plain}")
            try:
                part = os.read(self.master, 4096)
            except OSError:
                part = b""
            if not part:
                sys.exit(f"the shell ended: {pattern}\n{plain}")
            self.shown += part.decode(errors="replace")


def main():
    shell, program, line = sys.argv[1:]
    command, *setup = SHELLS[shell]
    os.environ["PATH"] = os.path.dirname(program) + ":" + os.environ["PATH"]
    os.environ.update(TERM="xterm", LC_ALL="C.UTF-8", HOME=os.getcwd(), INPUTRC="/dev/null", COLUMNS="200")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        os.environ[name] = os.getcwd()
    terminal = Terminal(command)
    for number, text in enumerate(setup):
        # The mark is spelled in two parts, so that its echo is not taken for it.
        terminal.type(f"{text}; echo do''ne{number}\r")
        terminal.wait_for(f"done{number}")
    terminal.wait_for(READY)
    # Control-A goes to the start of the line: the words that TAB made are the function's arguments.
    before, _, after = line.partition("|")
    # Control-B goes back by a character.
    terminal.type(before + after + "\x02" * len(after) + "\t")
    terminal.type("\x01words \x05\r")
    print(terminal.wait_for(r"((\[[^\[\]\r\n]*\])+)\[end\]").group(1))
    terminal.type("\x03exit\r")


main()
