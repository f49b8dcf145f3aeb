//! Byte scanning: structure of JSON text, line ends. Knows bytes only.
