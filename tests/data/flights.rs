//! Flights of a year, months out of order: groups, and what windows make of such a file.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::answers::{Data, EACH, data, nanoseconds, objects, run_in, text, whole};
use crate::harness::{PLAIN, Variant, run};

const FLIGHTS: &str = "flights/flights.csv.gz";
const DEP_DELAY: usize = 5;
const CARRIER: usize = 9;
const TIME_HOUR: usize = 18;

/// What a plain loop finds out about a group.
#[derive(Default)]
struct Departures {
    flights: i64,
    departed: i64,
    delay: i64,
    most: Option<i64>,
}

impl Departures {
    fn add(&mut self, delay: &str) {
        self.flights += 1;
        if delay != "NA" {
            let delay: i64 = delay.parse().expect("a whole number");
            self.departed += 1;
            self.delay += delay;
            self.most = self.most.max(Some(delay));
        }
    }

    fn mean(&self) -> Option<f64> {
        (self.departed > 0).then(|| self.delay as f64 / self.departed as f64)
    }

    /// Asserts that a record says the same.
    #[track_caller]
    fn is(&self, record: &Value) {
        assert_eq!((self.flights, self.departed), (whole(record, "flights"), whole(record, "departed")));
        // `serde_json` reads a number within two units of its last place; `carriers_by_flights` is exact.
        match (self.mean(), record["mean_dep_delay"].as_f64()) {
            (Some(mean), Some(found)) => {
                assert!((mean - found).abs() <= mean.abs() * 2.0 * f64::EPSILON, "{record}")
            }
            (mean, found) => assert_eq!(mean, found, "{record}"),
        }
        assert_eq!(self.most, record["max_dep_delay"].as_i64(), "{record}");
    }
}

fn group<K: Ord>(data: &Data, key: impl Fn(&csv::StringRecord) -> K) -> BTreeMap<K, Departures> {
    let mut groups: BTreeMap<K, Departures> = BTreeMap::new();
    for flight in data.table(FLIGHTS) {
        groups.entry(key(&flight)).or_default().add(&flight[DEP_DELAY]);
    }
    groups
}

const ITEMS: &str = "flights = count(), departed = count(dep_delay), mean_dep_delay = avg(dep_delay), \
                     max_dep_delay = max(dep_delay)";

#[test]
fn departures_per_hour_and_carrier() {
    let Some(data) = data() else { return };
    let words = [
        "--null",
        "NA",
        "--to",
        "ndjson",
        "aggregate",
        ITEMS,
        "--by",
        "time_hour, carrier",
        &data.word(FLIGHTS),
    ];
    let ran = run_in(&EACH[..2], &words);
    assert_eq!((ran.status, ran.err().as_str()), (0, ""));
    let found = objects(&ran.stdout);
    let groups = group(&data, |flight| (flight[TIME_HOUR].to_owned(), flight[CARRIER].to_owned()));
    assert_eq!(found.len(), groups.len());
    // Order of keys is order of bytes here.
    for (record, ((hour, carrier), departures)) in found.iter().zip(&groups) {
        assert_eq!((text(record, "time_hour"), text(record, "carrier")), (hour.clone(), carrier.clone()));
        departures.is(record);
    }
    let names: HashMap<String, String> = data
        .table("flights/airlines.csv.gz")
        .iter()
        .map(|line| (line[1].to_owned(), line[0].to_owned()))
        .collect();
    let expected = data.objects("flights/expected_departures_per_hour.ndjson.gz");
    assert_eq!(found.len(), expected.len());
    for answer in &expected {
        let key = (text(answer, "window_start"), names[&text(answer, "airline")].clone());
        groups[&key].is(answer);
    }
}

#[test]
fn departures_per_hour_as_windows_of_a_sorted_file() {
    let Some(data) = data() else { return };
    let file = data.word(FLIGHTS);
    let sorted = run(&["sort", "time_hour", &file], b"", PLAIN);
    assert_eq!((sorted.status, sorted.err().as_str()), (0, ""));
    let words = ["--from", "csv", "--to", "ndjson", "--null", "NA", "--time", "time_hour"];
    let words = [&words[..], &["window", "1h", "then", "aggregate", ITEMS, "--by", "carrier"]].concat();
    let groups = group(&data, |flight| (nanoseconds(&flight[TIME_HOUR]), flight[CARRIER].to_owned()));
    for threads in [1, 4] {
        let ran = run(&words, &sorted.stdout, Variant { threads, ..PLAIN });
        assert_eq!((ran.status, ran.err().as_str()), (0, ""));
        let found = objects(&ran.stdout);
        assert_eq!(found.len(), groups.len());
        for (record, ((hour, carrier), departures)) in found.iter().zip(&groups) {
            assert_eq!(
                (nanoseconds(&text(record, "window_start")), &text(record, "carrier")),
                (*hour, carrier)
            );
            departures.is(record);
        }
    }
}

#[test]
fn late_flights_per_lateness() {
    let Some(data) = data() else { return };
    let file = data.word(FLIGHTS);
    for (lateness, late) in [("10s", 289_958), ("1d", 225_480), ("30d", 225_480), ("334d", 0)] {
        let words = ["--lateness", lateness, "--to", "ndjson", "--time", "time_hour", "window", "1h", "then"];
        let words = [&words[..], &["aggregate", "n = count()", &file]].concat();
        let ran = run_in(&EACH[..2], &words);
        let counted: i64 = objects(&ran.stdout).iter().map(|record| whole(record, "n")).sum();
        assert_eq!(counted, 336_776 - late, "{lateness}");
        let report = format!("tamis: {late} of 336776 records were late");
        assert_eq!(ran.err().contains(&report), late > 0, "{}", ran.err());
        assert_eq!(ran.status, u8::from(late > 0));
    }
}

#[test]
fn carriers_by_flights() {
    let Some(data) = data() else { return };
    let chain =
        ["aggregate", "flights = count(), avg(dep_delay)", "--by", "carrier", "then", "sort", "flights desc"];
    let ran = run_in(&EACH[..2], &[&["--null", "NA"][..], &chain, &[&data.word(FLIGHTS)]].concat());
    assert_eq!((ran.status, ran.err().as_str()), (0, ""));
    let groups = group(&data, |flight| flight[CARRIER].to_owned());
    let mut carriers: Vec<_> = groups.iter().collect();
    carriers.sort_by_key(|(_, departures)| std::cmp::Reverse(departures.flights));
    let mut lines = csv::Reader::from_reader(&ran.stdout[..]);
    assert_eq!(lines.headers().unwrap(), vec!["carrier", "flights", "avg_dep_delay"]);
    let found: Vec<csv::StringRecord> = lines.records().map(Result::unwrap).collect();
    assert_eq!(found.len(), carriers.len());
    for (line, (carrier, departures)) in found.iter().zip(carriers) {
        assert_eq!((&line[0], line[1].parse::<i64>().unwrap()), (carrier.as_str(), departures.flights));
        assert_eq!(line[2].parse::<f64>().ok(), departures.mean());
    }
}

#[test]
fn departures_per_hour_and_airline_by_a_join() {
    let Some(data) = data() else { return };
    let (flights, airlines) = (data.word(FLIGHTS), data.word("flights/airlines.csv.gz"));
    let join = ["--null", "NA", "--to", "ndjson", "join", &airlines, "--on", "carrier", "then"];
    let words = [&join[..], &["aggregate", ITEMS, "--by", "time_hour, name", &flights]].concat();
    let ran = run_in(&EACH[..2], &words);
    assert_eq!((ran.status, ran.err().as_str()), (0, ""));
    let expected = data.objects("flights/expected_departures_per_hour.ndjson.gz");
    let found: BTreeMap<(String, String), Value> = objects(&ran.stdout)
        .into_iter()
        .map(|record| ((text(&record, "time_hour"), text(&record, "name")), record))
        .collect();
    assert_eq!(found.len(), expected.len());
    for answer in &expected {
        let record = &found[&(text(answer, "window_start"), text(answer, "airline"))];
        for field in ["flights", "departed", "max_dep_delay"] {
            assert_eq!(record[field], answer[field], "{record}");
        }
        match (record["mean_dep_delay"].as_f64(), answer["mean_dep_delay"].as_f64()) {
            (Some(found), Some(mean)) => {
                assert!((mean - found).abs() <= mean.abs() * 2.0 * f64::EPSILON, "{record}");
            }
            (found, mean) => assert_eq!(found, mean, "{record}"),
        }
    }
}

#[test]
fn flights_with_the_weather_of_their_hour() {
    let Some(data) = data() else { return };
    let (flights, weather) = (data.word(FLIGHTS), data.word("flights/weather.csv.gz"));
    let join = ["join", &weather, "--on", "origin, time_hour", "--take", "hit = time_hour, temp", "then"];
    let items = "flights = count(), matched = count(hit), mean_temp = avg(temp)";
    let rounded = ["then", "project", "*, mean_temp = round(mean_temp, 6)", &flights];
    let aggregate = ["aggregate", items, "--by", "origin, month"];
    let words = [&["--null", "NA", "--to", "ndjson"][..], &join, &aggregate, &rounded].concat();
    let ran = run_in(&EACH[..2], &words);
    assert_eq!((ran.status, ran.err().as_str()), (0, ""));
    assert_eq!(objects(&ran.stdout), data.objects("flights/expected_flights_join_weather.ndjson"));
}
