//! Open sessions: their first and last events, and the states of their groups, all in one table. Where sessions
//! have several groups, a group's key begins with the number of its session.

use super::ends::Ends;
use super::plan::Aggregate;
use super::session_disk::SessionDisk;
use super::session_part::{PREFIX, Part};
use super::tables::Table;
use crate::aggregate::Aggregator;
use crate::error::Result;
use crate::record::Bounds;
use crate::stage::groups::Groups;
use crate::stage::window::Session;
use crate::time::{Duration, Timestamp};

/// What is done with stays where it is until it is this many and the larger part.
const FEW: usize = 1024;

/// A session.
struct Open {
    first: Timestamp,
    last: Timestamp,
    /// The number of its session key.
    owner: u32,
    /// Another open session of the key.
    other: Option<u32>,
    /// Its first group in the table.
    group: Option<u32>,
    /// Its other groups there.
    more: Vec<u32>,
    /// No other session has or had it.
    number: u64,
    /// The numbers under which it has groups on disk.
    on_disk: Vec<u64>,
    /// It is open: it has neither ended nor become part of another one.
    is_open: bool,
}

impl Open {
    fn groups(&self) -> impl Iterator<Item = u32> {
        self.group.into_iter().chain(self.more.iter().copied())
    }

    fn touches(&self, first: Timestamp, last: Timestamp, gap: Duration) -> bool {
        first.since(self.last) <= gap && self.first.since(last) <= gap
    }
}

/// A group of a session that has ended.
pub(super) struct Closed {
    /// The session's bounds.
    pub(super) window: Bounds,
    /// The group in the table.
    pub(super) group: u32,
}

/// All open sessions.
pub(super) struct Sessions {
    gap: Duration,
    /// A session is one group: it has no keys but those of the session.
    single: bool,
    key_fields: usize,
    fresh: Vec<Box<dyn Aggregator>>,
    /// Session keys, some without an open session.
    owners: Groups,
    /// For each of these the last begun of its open sessions.
    newest: Vec<Option<u32>>,
    sessions: Vec<Open>,
    /// Places in `sessions` that are not in use.
    free: Vec<u32>,
    /// The places in use.
    ends: Ends,
    next_number: u64,
    table: Table,
    /// Groups in the table that belong to open sessions.
    live: usize,
    /// Open sessions.
    open: usize,
    /// Some have groups on disk.
    spilled: bool,
}

/// Bytes of a list that has few numbers.
const FEW_NUMBERS: usize = 4 * size_of::<u64>();

impl Sessions {
    /// None yet.
    pub(super) fn new(plan: &Aggregate, session: &Session) -> Self {
        let key_fields = plan.keys.names.len();
        Self {
            gap: session.gap,
            single: plan.is_keyed_by(session),
            key_fields,
            fresh: plan.fresh.iter().map(|item| item.fresh()).collect(),
            owners: Groups::new(0),
            newest: Vec::new(),
            sessions: Vec::new(),
            free: Vec::new(),
            ends: Ends::new(session.gap),
            next_number: 0,
            table: Table::new(key_fields, &plan.fresh),
            live: 0,
            open: 0,
            spilled: false,
        }
    }

    /// Whether an open session of this key would take an event.
    pub(super) fn would_join(&self, owner: &[u8], time: Timestamp) -> bool {
        self.owners.find_key(owner).is_some_and(|owner| self.touched(owner, time, time, None).is_some())
    }

    /// The table that groups are in.
    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// Adds the sessions of a batch.
    pub(super) fn absorb(&mut self, part: &Part) -> Result<()> {
        let mut places = Vec::with_capacity(part.spans.len());
        for span in &part.spans {
            let owner = self.owners.adopt(part.owners(), span.owner);
            places.push((owner, self.join(owner, span.first, span.last)?));
        }
        // A later one may have merged the session of an earlier one into another.
        for ((owner, place), span) in places.iter_mut().zip(&part.spans) {
            if !self.sessions.get(*place as usize).is_some_and(|session| session.is_open) {
                *place = self.touched(*owner, span.first, span.last, None).unwrap_or(*place);
            }
        }
        let mut saved = Vec::new();
        for group in 0..part.table.groups.len() as u32 {
            if let Some((_, place)) = part.span_of(group).and_then(|span| places.get(span)) {
                self.adopt(*place, &part.table, part.prefix(), group, &mut saved)?;
            }
        }
        Ok(())
    }

    /// Takes out the sessions that end at or before `mark`, or all if there is no mark; in order of their ends,
    /// then starts, then keys. Their groups stay in the table until [`Self::compact`].
    pub(super) fn close(&mut self, mark: Option<Timestamp>) -> Vec<Closed> {
        let ended = self.take_ended(mark);
        let mut closed: Vec<(Closed, u32)> = Vec::with_capacity(ended.len());
        for session in ended.iter().filter_map(|place| self.sessions.get(*place as usize)) {
            let window = Bounds { end: session.last.saturating_add(self.gap), start: session.first };
            closed.extend(session.groups().map(|group| (Closed { window, group }, session.owner)));
        }
        // Keys stand anywhere in memory, and few windows are the same.
        let keys = |&(Closed { group, .. }, owner): &(Closed, u32)| {
            (self.table.groups.key(group).get(self.prefix()..), self.owners.key(owner), group)
        };
        closed.sort_unstable_by(|one, other| {
            one.0.window.cmp(&other.0.window).then_with(|| keys(one).cmp(&keys(other)))
        });
        let closed = closed.into_iter().map(|(closed, _)| closed).collect();
        for place in ended {
            self.take_out(place);
            self.free.push(place);
        }
        closed
    }

    /// Whether open sessions have groups in memory.
    pub(super) fn has_groups(&self) -> bool {
        self.live > 0
    }

    /// Brings the groups of all open sessions to disk.
    pub(super) fn spill(&mut self, disk: &mut SessionDisk) -> Result<()> {
        let prefix = self.prefix();
        let mut groups: Vec<(u64, u32)> = Vec::with_capacity(self.live);
        for session in self.sessions.iter_mut().filter(|session| session.is_open && session.group.is_some()) {
            groups.extend(session.groups().map(|group| (session.number, group)));
            if session.on_disk.last() != Some(&session.number) {
                session.on_disk.push(session.number);
            }
            (session.group, session.more) = (None, Vec::new());
        }
        let key = |group: u32| self.table.groups.key(group).get(prefix..).unwrap_or(&[]);
        groups
            .sort_unstable_by(|left, right| left.0.cmp(&right.0).then_with(|| key(left.1).cmp(key(right.1))));
        let mut writer = disk.writer()?;
        for (number, group) in groups {
            writer.push(number, key(group), &self.table, group)?;
        }
        disk.add(writer)?;
        self.table = Table::new(self.key_fields, &self.fresh);
        self.live = 0;
        self.spilled = true;
        Ok(())
    }

    /// Takes out the sessions that end at or before `mark`, or all if there is no mark, where some have groups on
    /// disk: all goes there.
    pub(super) fn close_to(&mut self, disk: &mut SessionDisk, mark: Option<Timestamp>) -> Result<()> {
        for place in self.take_ended(mark) {
            let Some(session) = self.sessions.get_mut(place as usize) else { continue };
            let window = Bounds { end: session.last.saturating_add(self.gap), start: session.first };
            let numbers = std::mem::take(&mut session.on_disk);
            let owner = if self.single { &[] } else { self.owners.key(session.owner) };
            for number in numbers {
                disk.end(number, window, owner)?;
            }
            let prefix = if self.single { 0 } else { PREFIX };
            for group in session.groups() {
                let key = self.table.groups.key(group).get(prefix..).unwrap_or(&[]);
                disk.close(window, owner, key, &self.table, group)?;
            }
            self.take_out(place);
            self.free.push(place);
        }
        self.compact()
    }

    /// Makes anew what is mostly of sessions that have ended.
    pub(super) fn compact(&mut self) -> Result<()> {
        if is_mostly_dead(self.table.groups.len(), self.live) {
            self.compact_table()?;
        }
        if is_mostly_dead(self.owners.len(), self.open) {
            self.compact_owners();
        }
        Ok(())
    }

    fn compact_table(&mut self) -> Result<()> {
        let mut table = Table::new(self.key_fields, &self.fresh);
        let mut saved = Vec::new();
        for session in self.sessions.iter_mut().filter(|session| session.is_open) {
            for group in session.group.iter_mut().chain(&mut session.more) {
                let mine = match self.single {
                    true => table.groups.append(None, &self.table.groups, *group),
                    false => table.groups.adopt(&self.table.groups, *group),
                };
                table.absorb_group(mine, &self.table, *group, &mut saved)?;
                *group = mine;
            }
        }
        self.table = table;
        Ok(())
    }

    fn compact_owners(&mut self) {
        let mut owners = Groups::new(0);
        let mut newest = Vec::new();
        for (owner, first) in (0..).zip(&self.newest) {
            if first.is_none() {
                continue;
            }
            let mine = owners.adopt(&self.owners, owner);
            newest.push(*first);
            let mut next = *first;
            while let Some(session) = next.and_then(|place| self.sessions.get_mut(place as usize)) {
                session.owner = mine;
                next = session.other;
            }
        }
        self.owners = owners;
        self.newest = newest;
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        let sessions = self.sessions.capacity() * size_of::<Open>()
            + self.ends.heap_bytes()
            + self.free.capacity() * size_of::<u32>();
        let more = if self.single { 0 } else { self.live * size_of::<u32>() };
        let owners = self.owners.heap_bytes() + self.newest.capacity() * size_of::<Option<u32>>();
        let numbers = if self.spilled { self.open * FEW_NUMBERS } else { 0 };
        self.table.heap_bytes() + owners + sessions + more + numbers
    }

    /// Bytes in front of the keys of groups.
    fn prefix(&self) -> usize {
        if self.single { 0 } else { PREFIX }
    }

    /// The places of the sessions that end at or before `mark`; none of them is among `ends` any more.
    fn take_ended(&mut self, mark: Option<Timestamp>) -> Vec<u32> {
        let Self { ends, sessions, gap, free, .. } = self;
        let open = |place: u32| sessions.get(place as usize).filter(|session| session.is_open);
        let end = |place: u32| open(place).map(|session| session.last.saturating_add(*gap));
        let mut ended = Vec::new();
        while let Some(place) = ends.pop(mark, end) {
            if open(place).is_some() { ended.push(place) } else { free.push(place) }
        }
        ended
    }

    /// An open session of a key, other than `but`, that takes events from `first` to `last`.
    fn touched(&self, owner: u32, first: Timestamp, last: Timestamp, but: Option<u32>) -> Option<u32> {
        let mut next = self.newest.get(owner as usize).copied().flatten();
        while let Some(place) = next {
            let session = self.sessions.get(place as usize)?;
            if next != but && session.touches(first, last, self.gap) {
                return next;
            }
            next = session.other;
        }
        None
    }

    /// The session that takes events from `first` to `last`, made of all that they touch, or new.
    fn join(&mut self, owner: u32, first: Timestamp, last: Timestamp) -> Result<u32> {
        let Some(place) = self.touched(owner, first, last, None) else {
            return Ok(self.begin(owner, first, last));
        };
        self.extend(place, first, last);
        while let Some(other) = self.touched(owner, first, last, Some(place)) {
            self.merge(place, other)?;
        }
        Ok(place)
    }

    fn extend(&mut self, place: u32, first: Timestamp, last: Timestamp) {
        if let Some(session) = self.sessions.get_mut(place as usize) {
            (session.first, session.last) = (session.first.min(first), session.last.max(last));
        }
    }

    fn begin(&mut self, owner: u32, first: Timestamp, last: Timestamp) -> u32 {
        if self.newest.len() <= owner as usize {
            self.newest.resize(owner as usize + 1, None);
        }
        let place = self.free.pop().unwrap_or(self.sessions.len() as u32);
        let other = match self.newest.get_mut(owner as usize) {
            Some(newest) => newest.replace(place),
            None => None,
        };
        let (number, more) = (self.next_number, Vec::new());
        let session =
            Open { first, last, owner, other, group: None, more, number, on_disk: Vec::new(), is_open: true };
        match self.sessions.get_mut(place as usize) {
            Some(free) => *free = session,
            None => self.sessions.push(session),
        }
        self.next_number += 1;
        self.open += 1;
        self.ends.push(last.saturating_add(self.gap), place);
        place
    }

    /// Takes a session from among the open ones; gives its groups.
    fn take_out(&mut self, place: u32) -> Vec<u32> {
        let Some(session) = self.sessions.get_mut(place as usize) else { return Vec::new() };
        let (owner, other) = (session.owner, session.other.take());
        session.is_open = false;
        let mut groups = std::mem::take(&mut session.more);
        groups.extend(session.group.take());
        self.open -= 1;
        self.live -= groups.len();
        let mut next = self.newest.get_mut(owner as usize);
        while let Some(link) = next {
            match *link {
                Some(linked) if linked == place => {
                    *link = other;
                    break;
                }
                Some(linked) => next = self.sessions.get_mut(linked as usize).map(|open| &mut open.other),
                None => break,
            }
        }
        groups
    }

    /// Makes a session part of another. Its place stays in use, since it stands among `ends`.
    fn merge(&mut self, place: u32, other: u32) -> Result<()> {
        if let Some(Open { first, last, .. }) = self.sessions.get(other as usize) {
            self.extend(place, *first, *last);
        }
        let numbers = self.sessions.get_mut(other as usize).map(|other| std::mem::take(&mut other.on_disk));
        if let Some(session) = self.sessions.get_mut(place as usize) {
            session.on_disk.extend(numbers.into_iter().flatten());
        }
        let mut copy = Table::new(self.key_fields, &self.fresh);
        let mut saved = Vec::new();
        for group in self.take_out(other) {
            let mine = copy.groups.adopt(&self.table.groups, group);
            copy.absorb_group(mine, &self.table, group, &mut saved)?;
        }
        for group in 0..copy.groups.len() as u32 {
            self.adopt(place, &copy, self.prefix(), group, &mut saved)?;
        }
        Ok(())
    }

    /// Adds a group of another table, whose keys have a prefix, to a session.
    fn adopt(
        &mut self,
        place: u32,
        from: &Table,
        prefix: usize,
        group: u32,
        saved: &mut Vec<u8>,
    ) -> Result<()> {
        let Some(session) = self.sessions.get_mut(place as usize) else { return Ok(()) };
        let groups = &mut self.table.groups;
        let (mine, is_new) = match self.single {
            true => {
                let mine = groups.append_within(session.group, prefix, &from.groups, group);
                (mine, session.group.is_none())
            }
            false => groups.adopt_within(&session.number.to_be_bytes(), prefix, &from.groups, group),
        };
        if is_new {
            self.live += 1;
            match session.group {
                None => session.group = Some(mine),
                Some(_) => session.more.push(mine),
            }
        }
        self.table.absorb_group(mine, from, group, saved)
    }
}

fn is_mostly_dead(all: usize, live: usize) -> bool {
    let dead = all - live.min(all);
    dead >= FEW && dead >= live
}
