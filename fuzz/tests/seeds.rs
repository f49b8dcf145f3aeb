//! Each target over its seeds, their prefixes, and copies with bytes changed: what a fuzzer does first.

use tamis_fuzz::TARGETS;

/// Seeds by target.
const SEEDS: &[(&str, &[&[u8]])] = &[
    ("csv_framing", &[b"\x01\x03\x02a,b\n1,\"x\ny\"\n\"\"\"\",2\n3,5\" disk\n", b"\x07\x01\x05a\tb\n1\t2\n"]),
    (
        "expression",
        &[
            b"a + 1",
            b"if(a > 1, upper(b), t[1].k ?? 'x')",
            b"count() where a =~ '^[0-9]'",
            b"floor(ts, 1h) + 30m",
        ],
    ),
    (
        "json_texts",
        &[
            b"[\n {\"a\": 1,\r\n  \"b\": [\"x]\", {}]},\n {\"a\" 2}, 3\n]\n{\"a\":4}{\"a\":5}\n",
            b"{\"a\":1}\n{\"a\":[\n{\"a\":2}\n{\"a\":3}\nx\n[{\"a\":\"4\n{}\n",
        ],
    ),
    (
        "ndjson",
        &[
            b"{\"a\":[1,-2.5e3,\"\\u00e9\\ud83d\\ude00\"],\"b\":{\"c\":null,\"d\":true}}",
            b" {\"a\" : \"x\\\\\" } \r",
        ],
    ),
    (
        "ndjson_lines",
        &[
            b"{\"a\":1,\"long name\":\"x\\\"y\"}\n{\"a\": -2.5, \"b\": [1, {\"a\": []}]}\r\n\n{\"b\":\"caf\xc3\xa9\"}\n",
            b"{\"a\":\"0123456789012345678901234567890123456789012345678901234567890\\\\\",\"b\":{}}\n{\"a\":1,\"a\":2}\n",
        ],
    ),
    (
        "nested",
        &[
            b"[1,\"\\ud800\",{\"a\\x\":NaN,\"b\":[01,tru]}]",
            b"\"\\ud83d\\ude00\\u00e9\"",
            b" -1.5e3 ",
            b"{\"a\":\"caf\xc3\xa9\"}",
        ],
    ),
    ("number", &[b"-12.50", b"1e6144", b"0.1e-6100", b"12345678901234567890123456789012345678.5"]),
    (
        "program",
        &[
            b"\x02\x05{\"path\":\"/a\",\"bytes\":1.5,\"latency\":3}\n{\"path\":\"/b\"}\n",
            b"\x03\x01{\"ts\":\"2024-01-01T00:00:01Z\",\"a\":1}\n{\"ts\":\"2024-01-01T00:02:01Z\",\"a\":2}\n",
            b"\x04\x03a,b\n1,2\n3,\"4\n5\"\n",
            b"\x07\x02a=1 b=\"x y\"\na=[1,2]\n",
            b"\x08\x02key=12\nother=x\n",
            b"\x0a\x02{\"a\":[1,{\"k\":\"x\"}],\"b\":[\"\\ud800\"]}\n{\"a\":[NaN]}\n{\"a\":[1,{\"k\":\"x\"}]}\n",
            b"\x0b\x02{\"a\":1,\"b\":{\"c\":[1,\"\\udc00\"]}}\n{\"a\":2,\"b\":{\"c\":[1,2]}}\n",
        ],
    ),
    (
        "sections",
        &[
            b"#Fields: date time n\n2024-01-31 12:00:00 1\n#Date: 2024-01-31\n#Fields: time n\n12:00:01 \"2\"\"\"\n",
            b"#separator \\x09\n#fields\tts\tn\n#types\ttime\tset[count]\n1.5\t1,-\n#fields\tn\n\\x41\n",
        ],
    ),
    (
        "syslog",
        &[
            b"<34>Oct 11 22:14:15 web1 su[10]: 'su root' failed\nOct  1 22:14:15 web1 kernel: x\n",
            b"<165>1 2024-01-31T12:00:00Z web1 shop - ID47 [origin@1 class=\"a\\]\" n=\"\"][x] \xef\xbb\xbfsold\n<6>1 - - - - - -\n",
        ],
    ),
    (
        "time",
        &[
            b"2024-02-29T23:59:60.123+01:30",
            b"10/Oct/2000:13:55:36 -0700",
            b"Jan  2 03:04:05",
            b"1431857103.25",
            b"9999-12-31T23:59:59.999999999Z",
            b"Tue, 14 May 2024 09:00:00 +0200 (CEST)",
            b"Sunday, 06-Nov-94 08:49:37 GMT",
            b"Tue May 14 09:00:00.123 CET 2024",
            b"Tue May 14 09:00:00",
            b"2024-05-14 09:00:00.123456789 +0200 CEST m=+0.5",
            b"20240514T090000,25Z",
            b"05/06/2024 09:00:00 PM +02:00",
            b"Tuesday, May 14, 2024 9:00",
            b"2024-W20-2T09.00.00,5",
        ],
    ),
];

/// Copies of each seed with bytes changed.
const COPIES: u64 = 150;

#[test]
fn targets_hold_on_their_seeds() {
    assert!(TARGETS.iter().map(|target| target.0).eq(SEEDS.iter().map(|seeds| seeds.0)));
    for ((name, target), (_, seeds)) in TARGETS.iter().zip(SEEDS) {
        for seed in *seeds {
            (0..=seed.len()).for_each(|end| target(&seed[..end]));
            for copy in 0..COPIES {
                let bytes = changed(seed, copy);
                println!("{name}: {}", bytes.escape_ascii());
                target(&bytes);
            }
        }
    }
}

/// A seed with one to four bytes replaced, removed or doubled, as the number of the copy says.
fn changed(seed: &[u8], copy: u64) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    let mut state = copy.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1;
    for _ in 0..=copy % 4 {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        if bytes.is_empty() {
            break;
        }
        let at = (mixed >> 16) as usize % bytes.len();
        match mixed % 5 {
            0 => drop(bytes.remove(at)),
            1 => bytes.insert(at, bytes[at]),
            2 => bytes[at] = b"\"\\\n,{}[]:"[(mixed >> 40) as usize % 9],
            _ => bytes[at] = (mixed >> 8) as u8,
        }
    }
    bytes
}
