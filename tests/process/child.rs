//! The program as a process of its own, under a guard that kills it should it hang.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// After this long a process is taken to hang. No test waits for it unless it fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program.
pub(crate) const TAMIS: &str = env!("CARGO_BIN_EXE_tamis");

/// A process that runs.
pub(crate) struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Option<BufReader<ChildStdout>>,
    stderr: Option<JoinHandle<Vec<u8>>>,
    /// Dropped when the process has ended, which calls the guard off.
    _guard: Sender<()>,
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: Option<i32>,
    pub(crate) signal: Option<i32>,
    /// What had not been read of stdout.
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
}

impl Ended {
    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }

    /// Asserts that the program ended well, said nothing, and wrote `out`.
    #[track_caller]
    pub(crate) fn is_quiet(&self, out: &str) {
        assert_eq!((self.status, self.err.as_str()), (Some(0), ""), "{self:?}");
        assert_eq!(self.out(), out);
    }

    /// Asserts that the program could not do what was asked, and said so in words that include `part`.
    #[track_caller]
    pub(crate) fn failed_with(&self, part: &str) {
        assert_eq!(self.status, Some(2), "{self:?}");
        assert!(self.err.starts_with("tamis: ") && self.err.contains(part), "{}", self.err);
    }
}

/// Starts the program.
pub(crate) fn start(args: &[impl AsRef<OsStr>]) -> Running {
    start_command(Command::new(TAMIS).args(args))
}

/// Starts a line of shell in which `$0 "$@"` is the program with its arguments.
pub(crate) fn start_shell(line: &str, args: &[impl AsRef<OsStr>]) -> Running {
    start_command(Command::new("sh").arg("-c").arg(line).arg(TAMIS).args(args))
}

/// Starts a command with pipes on all sides.
pub(crate) fn start_command(command: &mut Command) -> Running {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let (calls_off, is_called_off) = channel::<()>();
    let pid = child.id();
    std::thread::spawn(move || {
        if is_called_off.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            send_signal("KILL", pid);
        }
    });
    let mut stderr = child.stderr.take().expect("a pipe");
    let stderr = std::thread::spawn(move || {
        let mut text = Vec::new();
        stderr.read_to_end(&mut text).expect("stderr is read");
        text
    });
    Running {
        stdin: child.stdin.take(),
        stdout: child.stdout.take().map(BufReader::new),
        stderr: Some(stderr),
        child,
        _guard: calls_off,
    }
}

/// Runs the program to its end on `stdin`, which must fit into a pipe.
pub(crate) fn run(args: &[impl AsRef<OsStr>], stdin: &[u8]) -> Ended {
    let mut running = start(args);
    running.send(stdin);
    running.finish()
}

fn send_signal(name: &str, pid: u32) {
    let status = Command::new("kill").args(["-s", name, &pid.to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()), "no signal to {pid}");
}

impl Running {
    /// Writes to stdin. A program that has ended early is no error.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(bytes);
        }
    }

    /// Takes stdin, for a thread that writes to it.
    pub(crate) fn take_stdin(&mut self) -> ChildStdin {
        self.stdin.take().expect("stdin was not taken")
    }

    /// The next line of stdout; waits for it.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.as_mut().expect("stdout is open").read_line(&mut line).expect("a line");
        line
    }

    /// Closes stdout, as `head` does when it has seen enough.
    pub(crate) fn close_stdout(&mut self) {
        self.stdout = None;
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, name: &str) {
        send_signal(name, self.child.id());
    }

    /// Ends stdin and waits for the end.
    pub(crate) fn finish(mut self) -> Ended {
        self.stdin = None;
        self.wait()
    }

    /// Waits for the end while stdin stays as it is.
    pub(crate) fn wait(mut self) -> Ended {
        let mut out = Vec::new();
        if let Some(stdout) = &mut self.stdout {
            stdout.read_to_end(&mut out).expect("stdout is read");
        }
        self.reap(out)
    }

    /// Waits for the end without reading stdout.
    pub(crate) fn wait_unread(self) -> Ended {
        self.reap(Vec::new())
    }

    fn reap(mut self, out: Vec<u8>) -> Ended {
        // `Child::wait` would close stdin.
        let stdin = self.stdin.take();
        let status: ExitStatus = self.child.wait().expect("it ends");
        drop(stdin);
        let err = self.stderr.take().expect("not reaped yet").join().expect("stderr is read");
        let err = String::from_utf8_lossy(&err).into_owned();
        Ended { status: status.code(), signal: status.signal(), out, err }
    }
}

/// `words` with `-j threads` in front.
pub(crate) fn with_threads(threads: usize, words: &[&str]) -> Vec<OsString> {
    let mut all: Vec<OsString> = vec!["-j".into(), threads.to_string().into()];
    all.extend(words.iter().map(OsString::from));
    all
}
