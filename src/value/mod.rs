//! Values: exact numbers, the borrowed `Value`, and order-preserving keys. Knows no records and no formats.

pub mod number;
pub mod sum;
