//! What `#Fields:`, `#Date:`, `#Software:` and `#Version:` say.

use super::DATETIME;
use super::layout::{Day, W3c};
use crate::format::csv::unique;
use crate::format::sections::{Directives, Layout, Refusal};
use crate::record::Remedy;

/// What they have said so far.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The names of the columns, if any were named.
    fields: Option<Vec<String>>,
    /// Why records cannot be read by them.
    refusal: Option<Refusal>,
    day: Option<Day>,
    is_iis: bool,
    /// Whether tabs are between the fields, as the first record showed that has as many as were named.
    tabs: Option<bool>,
    /// Which of them the directives around the last one said: others may be of the file before.
    said_day: bool,
    said_software: bool,
}

/// Software that writes quotes as they are, and `+` for blanks.
const IIS: [&str; 3] = ["internet information", "http server api", "microsoft-iis"];

const HEADLESS: Refusal = Refusal {
    reason: "no \"#Fields:\" line is before this record",
    remedy: Some(Remedy {
        input: "where that line was cut off: (echo '#Fields: …'; cat FILE) | tamis --from w3c …",
        table: "where that line was cut off: join <(echo '#Fields: …'; cat FILE) --table-from w3c …",
    }),
};

const NAMELESS: Refusal =
    Refusal { reason: "the \"#Fields:\" line before this record names none", remedy: None };

const COMMAS: Refusal = Refusal {
    reason: "the \"#Fields:\" line before this record has commas, as that of a csv file",
    remedy: Some(Remedy {
        input: "where it names the fields of csv: --from csv --comment '#' --header …",
        table: "where it names the fields of csv: --table-from csv --table-comment '#' --table-no-header",
    }),
};

impl Directives for Said {
    type Layout = W3c;

    fn take(&mut self, line: &[u8], joined: bool) {
        if !joined {
            (self.said_day, self.said_software) = (false, false);
        }
        let line = line.get(1..).unwrap_or(&[]);
        let Some((name, value)) = memchr::memchr(b':', line).and_then(|at| line.split_at_checked(at)) else {
            return;
        };
        let value = value.get(1..).unwrap_or(&[]).trim_ascii();
        match name.trim_ascii().to_ascii_lowercase().as_slice() {
            b"fields" => self.take_fields(value),
            b"date" => {
                self.day = value.first_chunk().copied().filter(is_day);
                self.said_day = true;
            }
            b"software" => {
                let value = String::from_utf8_lossy(value).to_ascii_lowercase();
                self.is_iis = IIS.iter().any(|name| value.contains(name));
                self.said_software = true;
            }
            b"version" => self.begin_file(),
            _ => {}
        }
    }

    fn lose(&mut self, line: &[u8]) {
        if line.get(..8).is_some_and(|front| front.eq_ignore_ascii_case(b"#Fields:")) {
            self.fields = None;
        }
    }

    fn layout(&mut self, record: &[u8]) -> (W3c, bool) {
        let Some(fields) = &self.fields else {
            return (W3c { refusal: Some(HEADLESS), ..W3c::default() }, true);
        };
        let mut layout = self.by_blanks(fields);
        if layout.refusal.is_some() {
            return (layout, true);
        }
        if let Some(tabs) = self.tabs {
            layout.tabs = tabs;
            return (layout, true);
        }
        let fits = |layout: &W3c| layout.read(record, 0, |_, _| {}).is_ok();
        layout.tabs = true;
        if fields.len() > 1 && fits(&layout) {
            self.tabs = Some(true);
            return (layout, true);
        }
        layout.tabs = false;
        let fits = fits(&layout);
        self.tabs = fits.then_some(false);
        (layout, fits)
    }
}

impl Said {
    fn take_fields(&mut self, value: &[u8]) {
        let names = value.split(u8::is_ascii_whitespace).filter(|name| !name.is_empty());
        let names: Vec<String> = names.map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        self.refusal = match names.as_slice() {
            [] => Some(NAMELESS),
            names if names.iter().any(|name| name.contains(',')) => Some(COMMAS),
            _ => None,
        };
        self.fields = Some(unique(names));
        self.tabs = None;
    }

    /// A file begins: what was said in the one before does not hold in it.
    fn begin_file(&mut self) {
        if !self.said_day {
            self.day = None;
        }
        if !self.said_software {
            self.is_iis = false;
        }
    }

    /// How records with these columns are read if blanks are between them.
    fn by_blanks(&self, fields: &[String]) -> W3c {
        let place = |name: &str| fields.iter().position(|field| field == name);
        let (date, time) = (place("date"), place("time"));
        let day = self.day.filter(|_| date.is_none() && time.is_some());
        let mut names = fields.to_vec();
        let has_both = time.is_some() && (date.is_some() || day.is_some());
        let stamp = (has_both && place(DATETIME).is_none()).then(|| {
            names.push(DATETIME.to_owned());
            (date, time.unwrap_or_default())
        });
        let pluses = fields.iter().map(|name| self.is_iis && name.starts_with("cs(")).collect();
        W3c {
            names,
            columns: fields.len(),
            tabs: false,
            quotes: !self.is_iis,
            pluses,
            day: day.filter(|_| stamp.is_some()),
            stamp,
            refusal: self.refusal,
        }
    }
}

fn is_day(day: &Day) -> bool {
    let is_separator = |at: usize| at == 4 || at == 7;
    (0..).zip(day).all(|(at, byte)| if is_separator(at) { *byte == b'-' } else { byte.is_ascii_digit() })
}
