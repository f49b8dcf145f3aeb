//! Runs one fuzz target; what it does is in the library.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tamis_fuzz::sections(bytes));
