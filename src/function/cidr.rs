//! `cidr`: whether an address lies in a network.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use bstr::ByteSlice;

use super::argument::literal_text;
use super::{Argument, Asks, BadArgument, Call, Failed, Family, FunctionDef, Prepared, Returns};
use crate::doc::{Doc, Example};
use crate::record::Env;
use crate::scan::json::elements;
use crate::value::{Value, json};

pub(super) static CIDR: FunctionDef = FunctionDef {
    name: "cidr",
    usage: "cidr(ip, network, …)",
    family: Family::Network,
    arity: (2, usize::MAX),
    returns: Returns::Bool,
    asks: Asks::Values,
    prepare: Some(prepare),
    eval: cidr,
    doc: Doc {
        summary: "whether an IP address lies in one of some networks",
        text: "Networks are literal text, `10.0.0.0/8` or `2001:db8::/32`, several as further arguments or in a \
               list; one without a length is a single address. An IPv4 address lies in no IPv6 network and the \
               other way around, but an IPv4 address mapped into IPv6 (`::ffff:10.0.0.1`) is in the networks of \
               both. Text that is no address is an error; it is not looked up. See `url` for the host of a URL.",
        examples: &[
            Example {
                command: "--from ndjson filter 'cidr(ip, \"10.0.0.0/8\", \"192.168.0.0/16\")'",
                input: "{\"ip\":\"10.1.2.3\"}\n{\"ip\":\"192.0.2.1\"}\n{\"ip\":\"::ffff:192.168.0.9\"}\n",
                output: "{\"ip\":\"10.1.2.3\"}\n{\"ip\":\"::ffff:192.168.0.9\"}\n",
            },
            Example {
                command: "--from ndjson filter 'not cidr(ip, [\"2001:db8::/32\", \"::1\"])'",
                input: "{\"ip\":\"2001:db8::7\"}\n{\"ip\":\"2001:db9::7\"}\n",
                output: "{\"ip\":\"2001:db9::7\"}\n",
            },
        ],
    },
};

/// A network: its first address and the bits that all its addresses share.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Network {
    V4 { first: u32, mask: u32 },
    V6 { first: u128, mask: u128 },
}

impl Network {
    /// Reads `address/length`, or an address alone. `Err` says what is wrong.
    fn parse(text: &str) -> Result<Self, String> {
        let quoted = crate::error::shown(text);
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr =
            address.parse().map_err(|_| format!("not a network: \"{quoted}\" (write 10.0.0.0/8)"))?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let length = match length {
            None => most,
            Some(digits) => {
                let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
                let length = digits.parse().ok().filter(|&length: &u32| plain && length <= most);
                length.ok_or_else(|| format!("not a network: \"{quoted}\" (its length is 0 to {most})"))?
            }
        };
        let network = Self::of(address, length);
        if network.first() == address {
            return Ok(network.unmapped());
        }
        Err(format!("\"{quoted}\" has bits after its length (write {}/{length})", network.first()))
    }

    /// The network of a length that an address lies in.
    fn of(address: IpAddr, length: u32) -> Self {
        match address {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
                Self::V4 { first: address.to_bits() & mask, mask }
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
                Self::V6 { first: address.to_bits() & mask, mask }
            }
        }
    }

    fn first(self) -> IpAddr {
        match self {
            Self::V4 { first, .. } => Ipv4Addr::from_bits(first).into(),
            Self::V6 { first, .. } => Ipv6Addr::from_bits(first).into(),
        }
    }

    /// A network of mapped addresses as that of the addresses themselves.
    fn unmapped(self) -> Self {
        match self {
            Self::V6 { first, mask } if mask.count_ones() >= 96 => {
                match Ipv6Addr::from_bits(first).to_ipv4_mapped() {
                    Some(address) => Self::V4 { first: address.to_bits(), mask: mask as u32 },
                    None => self,
                }
            }
            _ => self,
        }
    }

    fn contains(self, address: IpAddr) -> bool {
        match (self, address, address.to_canonical()) {
            (Self::V4 { first, mask }, _, IpAddr::V4(address)) => address.to_bits() & mask == first,
            (Self::V6 { first, mask }, IpAddr::V6(address), _) => address.to_bits() & mask == first,
            _ => false,
        }
    }
}

/// The networks; nothing if one is a literal null.
fn prepare(args: &[Argument<'_>], _: &Env) -> Result<Prepared, BadArgument> {
    let mut networks = Vec::new();
    for index in 1..args.len() {
        let mut add = |text: &str| {
            networks.push(Network::parse(text).map_err(|reason| BadArgument { index, reason })?);
            Ok(())
        };
        if let Some(Argument::Literal(Value::Array(list))) = args.get(index) {
            texts_of(list, index)?.iter().try_for_each(|text| add(text))?;
            continue;
        }
        match literal_text(args, index, "a network")? {
            Some(text) => add(text)?,
            None => return Ok(Arc::new(())),
        }
    }
    Ok(Arc::new(networks))
}

/// The texts of a literal list.
fn texts_of(list: &[u8], index: usize) -> Result<Vec<String>, BadArgument> {
    let (mut texts, mut other, mut buffer) = (Vec::new(), None, Vec::new());
    // The binder made the list.
    let _ = elements(list, 0, |item| match json::of_item(list, item, &mut buffer) {
        Some(Value::Text(text)) => texts.push(text.to_str_lossy().into_owned()),
        value => other = Some(value.map_or("unreadable value", Value::type_name)),
    });
    match other {
        None => Ok(texts),
        Some(what) => Err(BadArgument { index, reason: format!("a network is text, not a {what}") }),
    }
}

fn cidr(call: &mut Call<'_>) {
    let Some(networks) = call.prepared::<Vec<Network>>() else { return };
    call.each_known(|args, slot| {
        let address = args.text(0)?.to_str().ok().and_then(|text| text.parse::<IpAddr>().ok());
        let address = address.ok_or(Failed::of(0, "not an IP address"))?;
        slot.bool(networks.iter().any(|network| network.contains(address)));
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::function::tests::check;

    #[test]
    fn addresses_and_networks() {
        check(&[
            ("cidr('10.1.2.3', '10.0.0.0/8')", "true"),
            ("cidr(`11.1.2.3`, '10.0.0.0/8')", "false"),
            ("cidr('11.1.2.3', '10.0.0.0/8', '11.0.0.0/8')", "true"),
            ("cidr('11.1.2.3', [\"10.0.0.0/8\", \"11.1.2.3\"])", "true"),
            ("cidr('11.1.2.3', [])", "false"),
            ("cidr('1.2.3.4', '0.0.0.0/0')", "true"),
            ("cidr('1.2.3.4', '::/0')", "false"),
            ("cidr('::ffff:1.2.3.4', '1.2.3.0/24')", "true"),
            (
                "cidr('::ffff:1.2.3.4', '::ffff:0:0/95')",
                "?1 \"::ffff:0:0/95\" has bits after its length (write ::fffe:0:0/95)",
            ),
            ("cidr('::ffff:1.2.3.4', '::/0')", "true"),
            ("cidr('1.2.3.4', '::ffff:1.2.3.0/120')", "true"),
            ("cidr('::1.2.3.4', '1.2.3.4')", "false"),
            ("cidr('2001:db8::1', '2001:db8::/32')", "true"),
            ("cidr('2001:db9::1', '2001:db8::/32')", "false"),
            ("cidr('::1', '::1')", "true"),
            ("cidr('::1', '::1/128')", "true"),
            ("cidr(null, '::1')", "null"),
            ("cidr('::1', '::1', null)", "null"),
        ]);
    }

    #[test]
    fn what_is_no_address_or_network() {
        check(&[
            ("cidr('10.1.2', '10.0.0.0/8')", "!not an IP address: \"10.1.2\""),
            ("cidr('010.1.2.3', '10.0.0.0/8')", "!not an IP address: \"010.1.2.3\""),
            ("cidr('-', '10.0.0.0/8')", "!not an IP address: \"-\""),
            ("cidr(10, '10.0.0.0/8')", "!not text (see text(x)): 10"),
            ("cidr('::1', '10.0.0/8')", "?1 not a network: \"10.0.0/8\" (write 10.0.0.0/8)"),
            ("cidr('::1', '10.0.0.0/33')", "?1 not a network: \"10.0.0.0/33\" (its length is 0 to 32)"),
            ("cidr('::1', '::/129')", "?1 not a network: \"::/129\" (its length is 0 to 128)"),
            ("cidr('::1', '10.0.0.0/+8')", "?1 not a network: \"10.0.0.0/+8\" (its length is 0 to 32)"),
            (
                "cidr('::1', '::1', '10.1.2.3/8')",
                "?2 \"10.1.2.3/8\" has bits after its length (write 10.0.0.0/8)",
            ),
            ("cidr('::1', [7])", "?1 a network is text, not a number"),
            ("cidr('::1', 7)", "?1 a network is text, not a number"),
            ("cidr('::1', $'::1')", "?1 a network must be literal text, in quotes"),
        ]);
    }

    proptest! {
        /// Against addresses bit by bit.
        #[test]
        fn shared_bits(address in any::<u128>(), flip in 0u32..128, length in 0u32..=128) {
            let network = Network::of(Ipv6Addr::from_bits(address).into(), length);
            let other = Ipv6Addr::from_bits(address ^ (1 << (127 - flip)));
            prop_assert_eq!(network.contains(other.into()), flip >= length);
        }

        #[test]
        fn shared_bits_of_four(address in any::<u32>(), flip in 0u32..32, length in 0u32..=32) {
            let network = Network::of(Ipv4Addr::from_bits(address).into(), length);
            let other = Ipv4Addr::from_bits(address ^ (1 << (31 - flip)));
            prop_assert_eq!(network.contains(other.into()), flip >= length);
            prop_assert_eq!(network.contains(other.to_ipv6_mapped().into()), flip >= length);
            let mapped = Network::of(Ipv4Addr::from_bits(address).to_ipv6_mapped().into(), 96 + length);
            prop_assert_eq!(mapped.unmapped(), network);
        }
    }
}
