//! Members one behind the other, what may stand between them, and frames to be skipped.

use super::intake::Intake;
use super::magic::{Front, front};
use super::outlet::Outlet;
use super::pump::more;
use super::windows::Windows;
use super::{Broken, Compression, Padding};

/// Unpacks all members of an input.
pub(super) fn unpack(intake: &mut Intake, outlet: &mut Outlet, windows: &Windows) -> Result<(), Broken> {
    let mut before = None;
    while has_more(intake, outlet)? {
        match next_front(intake, outlet)? {
            Front::Member(compression) => {
                (compression.unpack)(intake, outlet, windows)?;
                skip_padding(compression, intake, outlet)?;
                before = Some(compression);
            }
            Front::Skippable => skip_frame(intake, outlet)?,
            Front::Unknown => return Err(Broken::Short),
            Front::Other => {
                let name = before.map_or("compressed data", |compression| compression.name);
                return Err(Broken::Damaged(format!("what follows is no {name}")));
            }
        }
    }
    Ok(())
}

/// Whether some bytes are left.
fn has_more(intake: &mut Intake, outlet: &mut Outlet) -> Result<bool, Broken> {
    Ok(!intake.bytes().is_empty() || more(intake, outlet)?)
}

/// What stands at the front; unknown only where the input ends within a magic.
fn next_front(intake: &mut Intake, outlet: &mut Outlet) -> Result<Front, Broken> {
    loop {
        let front = front(intake.bytes());
        if !matches!(front, Front::Unknown) || !more(intake, outlet)? {
            return Ok(front);
        }
    }
}

fn skip_padding(compression: &Compression, intake: &mut Intake, outlet: &mut Outlet) -> Result<(), Broken> {
    if compression.padding == Padding::None {
        return Ok(());
    }
    let mut zeros = 0_u64;
    while has_more(intake, outlet)? {
        let len = intake.bytes().iter().take_while(|byte| **byte == 0).count();
        if len == 0 {
            break;
        }
        intake.take(len);
        zeros += len as u64;
    }
    let at_end = intake.bytes().is_empty();
    match compression.padding {
        Padding::ZerosAtEnd if zeros > 0 && !at_end => {
            Err(Broken::Damaged(format!("what follows is no {}", compression.name)))
        }
        Padding::ZerosByFour if !zeros.is_multiple_of(4) => {
            Err(Broken::Damaged("its padding is no multiple of four bytes".to_owned()))
        }
        _ => Ok(()),
    }
}

/// Skips a frame that is not for decoders: its magic, its length in four bytes, and what that counts.
fn skip_frame(intake: &mut Intake, outlet: &mut Outlet) -> Result<(), Broken> {
    let mut left = loop {
        if let Some([_, _, _, _, a, b, c, d]) = intake.bytes().first_chunk() {
            break u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
        }
        if !more(intake, outlet)? {
            return Err(Broken::Short);
        }
    };
    intake.take(8);
    while left > 0 {
        if !has_more(intake, outlet)? {
            return Err(Broken::Short);
        }
        let len = usize::try_from(left).unwrap_or(usize::MAX).min(intake.bytes().len());
        intake.take(len);
        left -= len as u64;
    }
    Ok(())
}
