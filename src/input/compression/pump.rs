//! Moves bytes through decoders that are given some and say how many they took and made.

use super::Broken;
use super::intake::Intake;
use super::outlet::Outlet;

/// What one call of a decoder did.
pub(super) struct Step {
    /// Bytes taken from the front of the input.
    pub(super) taken: u64,
    /// Bytes written to the front of the output, in front of damage too.
    pub(super) given: u64,
    pub(super) state: State,
}

/// How a decoder goes on.
pub(super) enum State {
    /// Within the member.
    Within,
    /// Behind its last byte.
    AtEnd,
    /// Not at all, for this reason.
    Damaged(String),
}

/// Moves one member through a decoder.
pub(super) fn pump(
    intake: &mut Intake,
    outlet: &mut Outlet,
    mut decode: impl FnMut(&[u8], &mut [u8]) -> Step,
) -> Result<(), Broken> {
    loop {
        let Step { taken, given, state } = decode(intake.bytes(), outlet.room()?);
        intake.take(taken as usize);
        outlet.given(given as usize);
        match state {
            State::AtEnd => return Ok(()),
            State::Damaged(reason) => return Err(Broken::Damaged(reason)),
            State::Within if taken > 0 || given > 0 => {}
            State::Within if !intake.bytes().is_empty() => {
                return Err(Broken::Damaged("it does not go on".to_owned()));
            }
            State::Within if more(intake, outlet)? => {}
            State::Within => return Err(Broken::Short),
        }
    }
}

/// Reads more; false at the end. What was unpacked is handed on before a read that may wait.
pub(super) fn more(intake: &mut Intake, outlet: &mut Outlet) -> Result<bool, Broken> {
    if !intake.fills_at_once() {
        outlet.hand_on()?;
    }
    Ok(intake.fill()?)
}
