//! What the machine is, as far as it says so.

use std::fs;
use std::thread;

/// The processor and how many cores there are.
pub(crate) fn describe() -> String {
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("processor unknown", |(_, model)| model.trim());
    format!("{cores} cores, {model}")
}
