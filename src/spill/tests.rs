//! Runs against lists that are sorted in memory.

use std::sync::Arc;

use proptest::prelude::*;

use super::{Disk, Merge, Partition, Partitions, Queue, Run, Runs};

/// Keys that share fronts, some longer than what is kept of the first of a block.
fn key() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => proptest::collection::vec(0..3u8, 0..4),
        2 => proptest::collection::vec(0..3u8, 0..4).prop_map(|end| [vec![1; 63], end].concat()),
        1 => proptest::collection::vec(any::<u8>(), 0..20),
    ]
}

/// Runs of keys; each entry holds which one it is.
fn keys() -> impl Strategy<Value = Vec<Vec<Vec<u8>>>> {
    proptest::collection::vec(proptest::collection::vec(key(), 0..40), 0..9)
}

fn eager_disk() -> Arc<Disk> {
    Arc::new(Disk::eager(std::env::temp_dir(), 1 << 20))
}

type Entries = Vec<(Vec<u8>, Vec<u8>)>;

/// All entries in order, those of equal keys in the order of their runs.
fn sorted(runs: &[Vec<Vec<u8>>]) -> Entries {
    let number = |run: usize, at: usize| format!("{run} {at} {}", "x".repeat(at % 7)).into_bytes();
    let of_run = |(run, keys): (usize, &Vec<Vec<u8>>)| {
        let mut entries: Entries =
            keys.iter().enumerate().map(|(at, key)| (key.clone(), number(run, at))).collect();
        entries.sort_by(|left, right| left.0.cmp(&right.0));
        entries
    };
    let mut all: Entries = runs.iter().enumerate().flat_map(of_run).collect();
    all.sort_by(|left, right| left.0.cmp(&right.0));
    all
}

fn write(disk: &Arc<Disk>, entries: &Entries) -> Run {
    let mut writer = Runs::new(disk).writer().unwrap();
    entries.iter().for_each(|(key, value)| writer.push(key, value).unwrap());
    writer.finish().unwrap()
}

fn write_all(disk: &Arc<Disk>, keys: &[Vec<Vec<u8>>]) -> Runs {
    let mut runs = Runs::new(disk);
    for run in 0..keys.len() {
        let mut entries = sorted(keys);
        entries.retain(|(_, value)| value.starts_with(format!("{run} ").as_bytes()));
        runs.add(write(disk, &entries)).unwrap();
    }
    runs
}

fn read_all(queue: &mut Queue) -> Entries {
    read(std::mem::take(queue.entries()))
}

fn read(mut merge: Merge) -> Entries {
    let mut entries = Vec::new();
    while let Some(key) = merge.key() {
        entries.push((key.to_vec(), merge.value().to_vec()));
        merge.step().unwrap();
    }
    entries
}

proptest! {
    #[test]
    fn runs_come_together_in_order(keys in keys()) {
        prop_assert_eq!(read(write_all(&eager_disk(), &keys).merge().unwrap()), sorted(&keys));
    }

    #[test]
    fn a_queue_is_read_while_it_grows(keys in keys(), steps in proptest::collection::vec(0..30usize, 9)) {
        let disk = eager_disk();
        let mut queue = Queue::new(&disk);
        let (mut read, mut expected) = (Vec::new(), Vec::new());
        for (keys, steps) in keys.into_iter().zip(steps) {
            let mut entries = sorted(&[keys]);
            entries.retain(|(key, _)| read.last().is_none_or(|(last, _)| key >= last));
            queue.add(write(&disk, &entries)).unwrap();
            expected.extend(entries);
            for _ in 0..steps {
                read.extend(queue.key().map(|key| (key.to_vec(), Vec::new())));
                queue.step().unwrap();
            }
        }
        read.extend(read_all(&mut queue));
        let keys = |entries: Entries| entries.into_iter().map(|(key, _)| key).collect::<Vec<_>>();
        expected.sort();
        prop_assert_eq!(keys(read), keys(expected));
    }

    #[test]
    fn parts_are_all_entries_and_tear_no_key(keys in keys(), joined in keys(), bytes in 1..400usize) {
        let disk = eager_disk();
        let mut runs = write_all(&disk, &keys);
        runs.join(write_all(&disk, &joined)).unwrap();
        let parts = runs.parts(bytes).unwrap();
        let read: Vec<Entries> = (0..parts.count()).map(|part| read(parts.part(part).unwrap())).collect();
        for pair in read.windows(2) {
            if let [.., Some((last, _)), Some((first, _))] = [pair[0].last(), pair[1].first()] {
                prop_assert!(last < first);
            }
        }
        let mut all = sorted(&keys);
        all.extend(sorted(&joined));
        all.sort_by(|left, right| left.0.cmp(&right.0));
        prop_assert_eq!(read.concat(), all);
    }
}

fn part(disk: &Arc<Disk>, level: u32, entries: &Entries) -> Vec<Partition> {
    let mut partitions = Partitions::new(disk, level);
    entries.iter().for_each(|(key, value)| partitions.push(key, value).unwrap());
    partitions.finish().unwrap()
}

fn read_part(partition: &Partition) -> Entries {
    let (mut reader, mut entries) = (partition.read(), Vec::new());
    while reader.step().unwrap() {
        entries.push((reader.key().to_vec(), reader.value().to_vec()));
    }
    entries
}

proptest! {
    #[test]
    fn partitions_are_all_entries_in_order_and_tear_no_key(keys in keys(), level in 0..3u32, eager in any::<bool>()) {
        let disk = if eager { eager_disk() } else { Arc::new(Disk::new(std::env::temp_dir(), 1 << 20, 1)) };
        let all: Entries = keys.concat().into_iter().zip(0u16..).map(|(key, at)| (key, at.to_be_bytes().into())).collect();
        let parts: Vec<Entries> = part(&disk, level, &all).iter().map(read_part).collect();
        let mut seen = std::collections::BTreeMap::new();
        for (number, entries) in parts.iter().enumerate() {
            prop_assert!(entries.is_sorted_by_key(|(_, at)| at.clone()));
            for (key, _) in entries {
                prop_assert_eq!(*seen.entry(key.clone()).or_insert(number), number);
            }
        }
        let mut together = parts.concat();
        together.sort_by_key(|(_, at)| at.clone());
        prop_assert_eq!(together, all);
    }
}

#[test]
fn each_level_parts_in_another_way() {
    let disk = eager_disk();
    let entries: Entries = (0..400u32).map(|at| (at.to_be_bytes().to_vec(), Vec::new())).collect();
    for partition in part(&disk, 0, &entries) {
        let again = part(&disk, 1, &read_part(&partition));
        assert!(again.iter().all(|part| (50..150).contains(&read_part(part).len())), "{again:?}");
    }
}

#[test]
fn large_entries_stand_alone() {
    let disk = Arc::new(Disk::new(std::env::temp_dir(), 1 << 20, 1));
    let entries: Entries = (0..3u8).map(|at| (vec![at], vec![at; 3 << 20])).collect();
    let run = Arc::new(write(&disk, &entries));
    assert_eq!(read(Merge::new([super::RunReader::new(&run)]).unwrap()), entries);
}

#[test]
fn many_blocks_are_known_by_few_keys() {
    let disk = eager_disk();
    let entries: Entries =
        (0..5000u32).map(|at| (at.to_be_bytes().to_vec(), b"some value of some bytes".to_vec())).collect();
    let run = write(&disk, &entries);
    assert!((200..512).contains(&run.marks().len()), "{}", run.marks().len());
    let mut runs = Runs::new(&disk);
    runs.add(run).unwrap();
    let parts = runs.parts(1000).unwrap();
    assert!(parts.count() > 50, "{}", parts.count());
    let all: Entries = (0..parts.count()).flat_map(|part| read(parts.part(part).unwrap())).collect();
    assert_eq!(all, entries);
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let disk = Arc::new(Disk::eager("/no/such/folder".into(), 1 << 20));
    let error = Runs::new(&disk).writer().err().unwrap().to_string();
    assert!(error.starts_with("cannot make a temporary file in /no/such/folder: "), "{error}");
    assert!(error.contains("--tmp"), "{error}");
}
