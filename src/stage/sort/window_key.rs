//! Windows as bytes in front of the keys of their records: in the order in which windows close.

use crate::record::Bounds;
use crate::time::Timestamp;

/// Bytes of a point in time.
const TIME: usize = size_of::<u64>() + size_of::<u32>();

/// What the keys of a window's records begin with.
pub(super) fn front_of(window: Option<Bounds>) -> Vec<u8> {
    let Some(Bounds { end, start }) = window else { return vec![0] };
    let mut front = Vec::with_capacity(1 + 2 * TIME);
    front.push(1);
    for time in [end, start] {
        // With the sign turned over the numbers are in the order of times.
        front.extend_from_slice(&(time.seconds() ^ i64::MIN).to_be_bytes());
        front.extend_from_slice(&time.nanos().to_be_bytes());
    }
    front
}

/// The window that a key begins with; `None` if it is none of ours.
pub(super) fn window_of(key: &[u8]) -> Option<Option<Bounds>> {
    let (&is_window, rest) = key.split_first()?;
    if is_window == 0 {
        return Some(None);
    }
    let (end, rest) = rest.split_first_chunk()?;
    let (start, _) = rest.split_first_chunk()?;
    Some(Some(Bounds { end: time_of(end)?, start: time_of(start)? }))
}

fn time_of(bytes: &[u8; TIME]) -> Option<Timestamp> {
    let (seconds, nanos) = bytes.split_first_chunk()?;
    let nanos = u32::from_be_bytes(*nanos.first_chunk()?);
    Timestamp::new(i64::from_be_bytes(*seconds) ^ i64::MIN, nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_come_back_and_keep_their_order() {
        let time = |seconds, nanos| Timestamp::new(seconds, nanos).unwrap();
        let times =
            [Timestamp::MIN, time(-1, 999_999_999), time(0, 0), time(0, 1), time(256, 0), Timestamp::MAX];
        let mut windows: Vec<Option<Bounds>> = vec![None];
        for end in times {
            windows.extend(times.map(|start| Some(Bounds { end, start })));
        }
        for pair in windows.windows(2) {
            assert!(pair[0] < pair[1] && front_of(pair[0]) < front_of(pair[1]), "{pair:?}");
        }
        for window in windows {
            assert_eq!(window_of(&[front_of(window).as_slice(), b"key"].concat()), Some(window));
        }
    }
}
