//! The signals that end a run.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::{SigId, flag, low_level};
use tamis::input::Stop;

/// What is done about signals.
pub(super) struct Signals {
    /// What kills at a second one.
    kills: Vec<SigId>,
}

impl Signals {
    /// While another program has the terminal, a key that interrupts is meant for it: no number of them ends this one.
    pub(super) fn leave_to_another(&self) {
        for id in &self.kills {
            low_level::unregister(*id);
        }
    }
}

/// The first SIGINT or SIGTERM ends the input, a second one kills. One that was ignored when the program began, as under
/// `nohup` or after `&` in a shell without job control, stays ignored: it was not meant for this process.
pub(super) fn listen(stop: &Stop) -> io::Result<Signals> {
    let again = Arc::new(AtomicBool::new(false));
    let mut kills = Vec::new();
    for signal in [SIGINT, SIGTERM] {
        if is_ignored(signal) {
            continue;
        }
        // What is registered first is done first.
        kills.push(flag::register_conditional_default(signal, Arc::clone(&again))?);
        flag::register(signal, Arc::clone(&again))?;
        flag::register_usize(signal, stop.signal_flag(), signal.unsigned_abs() as usize)?;
        low_level::pipe::register(signal, stop.waker()?)?;
    }
    // A file that may not grow further then fails as a full disk does, and its temporary file is removed.
    flag::register(SIGXFSZ, Arc::<AtomicBool>::default())?;
    Ok(Signals { kills })
}

/// Whether the process that started this one has a signal ignored.
fn is_ignored(signal: libc::c_int) -> bool {
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    #[allow(unsafe_code, reason = "no crate asks what is done about a signal without changing it")]
    // SAFETY: without a new action the call only fills in `action`, for which zeroes are a valid value too.
    unsafe {
        libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr()) == 0
            && action.assume_init().sa_sigaction == libc::SIG_IGN
    }
}
