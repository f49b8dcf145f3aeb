//! Names that records spell as numbers.

/// A severity or facility of syslog (RFC 5424, tables 1 and 2), by the keyword that syslog daemons give it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Name(u8);

/// Severities, then facilities; a [`Name`] is a place among them.
const NAMES: [&str; 32] = [
    "emerg",
    "alert",
    "crit",
    "err",
    "warning",
    "notice",
    "info",
    "debug",
    "kern",
    "user",
    "mail",
    "daemon",
    "auth",
    "syslog",
    "lpr",
    "news",
    "uucp",
    "cron",
    "authpriv",
    "ftp",
    "ntp",
    "security",
    "console",
    "solaris-cron",
    "local0",
    "local1",
    "local2",
    "local3",
    "local4",
    "local5",
    "local6",
    "local7",
];

const SEVERITIES: u8 = 8;

impl Name {
    /// Severity and facility of a priority; `None` beyond 191.
    pub fn of_priority(priority: u8) -> Option<[Self; 2]> {
        let facility = Self(SEVERITIES + priority / SEVERITIES);
        (usize::from(facility.0) < NAMES.len()).then_some([Self(priority % SEVERITIES), facility])
    }

    /// The name's number, for [`Self::of_number`].
    pub(super) fn number(self) -> u8 {
        self.0
    }

    /// The name of a number.
    pub(super) fn of_number(number: u8) -> Self {
        Self(number)
    }

    /// The name.
    pub fn text(self) -> &'static str {
        NAMES.get(usize::from(self.0)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities_are_a_severity_and_a_facility() {
        for (priority, expected) in [
            (0, Some(["emerg", "kern"])),
            (34, Some(["crit", "auth"])),
            (165, Some(["notice", "local4"])),
            (191, Some(["debug", "local7"])),
            (192, None),
            (255, None),
        ] {
            assert_eq!(Name::of_priority(priority).map(|names| names.map(Name::text)), expected);
        }
    }
}
