//! What steps do that concern more than one device.

use alexandria_domain::{DeviceId, OpId};
use alexandria_sync::exchange::{Reply, Request, RequestError};
use alexandria_sync::io::Input;
use alexandria_sync::persist::Persisted;
use alexandria_sync::record::AccountId;
use alexandria_sync::registry::Device as Entry;

use crate::crypto::{Keys, signing_key};
use crate::device::{Answer, Device, Edit};
use crate::disk::{Disk, Row, Slot};
use crate::plan::Fate;
use crate::server::Log;
use crate::simulation::{SECRET, Simulation};

const ACCOUNT: AccountId = AccountId::from_bytes([9; 16]);

impl Simulation {
    /// A number that was not given before.
    fn next_id(&mut self) -> [u8; 16] {
        self.ids += 1;
        let mut bytes = [0x11; 16];
        bytes[..8].copy_from_slice(&self.ids.to_be_bytes());
        bytes
    }

    /// Random bytes for an engine.
    pub(crate) fn seed(&mut self) -> [u8; 32] {
        *blake3::hash(&self.next_id()).as_bytes()
    }

    pub(crate) fn edit(&mut self, device: usize, field: u8) {
        let edit = Edit { id: OpId::from_bytes(self.next_id()), field, text: self.ids };
        let now_ms = self.now_ms;
        let Some(found) = self.devices.get_mut(device) else { return };
        if let Some(op) = found.edit(now_ms, edit) {
            self.expected.insert(Slot::of(&op), op.id);
        }
    }

    pub(crate) fn serve(&mut self, device: usize, fate: Fate) {
        let Some(found) = self.devices.get_mut(device) else { return };
        let Some((id, request)) = found.requests.pop_front() else { return };
        let now_ms = self.now_ms;
        if fate != Fate::Answered {
            self.faults += 1;
        }
        let lost = found.is_offline || matches!(fate, Fate::RequestLost | Fate::NotOurs | Fate::Busy);
        let result = match fate {
            _ if found.is_offline => Err(RequestError::Offline),
            Fate::RequestLost => Err(RequestError::Offline),
            Fate::NotOurs => Err(RequestError::NotOurs),
            Fate::Busy => Err(RequestError::Busy { retry_after_ms: Some(1_000) }),
            _ => self.server.handle(found.id, &request, now_ms),
        };
        if fate == Fate::RequestedTwice && !lost {
            let _again = self.server.handle(found.id, &request, now_ms);
        }
        let result = if fate == Fate::AnswerLost { Err(RequestError::Offline) } else { result };
        let is_dated = !matches!(result, Err(RequestError::Offline | RequestError::NotOurs)) && fate != Fate::Undated;
        // `Date` counts seconds.
        let answer = Answer { request: id, server_ms: is_dated.then_some(now_ms / 1000 * 1000), result };
        if fate == Fate::AnsweredTwice {
            found.answers.push_back(answer.clone());
        }
        found.answers.push_back(answer);
    }

    /// A poll is not answered as long as there is nothing new.
    pub(crate) fn postpone_poll(&mut self, device: usize) -> bool {
        let Some(found) = self.devices.get_mut(device).filter(|device| !device.is_offline) else { return false };
        let Some((_, poll @ Request::Poll { .. })) = found.requests.front() else { return false };
        let is_quiet = self.server.handle(found.id, poll, self.now_ms) == Ok(Reply::Unchanged);
        if is_quiet {
            found.requests.rotate_left(1);
        }
        is_quiet
    }

    pub(crate) fn answer(&mut self, device: usize) {
        let now_ms = self.now_ms;
        let Some(found) = self.devices.get_mut(device) else { return };
        if let Some(Answer { request, server_ms, result }) = found.answers.pop_front() {
            found.step(now_ms, Input::Answer { request, server_ms, result });
        }
    }

    /// Adds a device with an empty library.
    pub(crate) fn enrol(&mut self) {
        let id = self.admit();
        let disk = Disk::new(Persisted::new(ACCOUNT, id, self.server.registry()), self.bug);
        self.start(id, disk);
    }

    fn admit(&mut self) -> DeviceId {
        let id = DeviceId::from_bytes(self.next_id());
        self.server.registry.insert(id, Entry { key: signing_key(SECRET, id), revoked_after: None });
        id
    }

    fn start(&mut self, id: DeviceId, disk: Disk) {
        let (seed, now_ms) = (self.seed(), self.now_ms);
        let keys = Keys::new(SECRET, id, self.epoch, &self.nonces);
        let mut device = Device::new(id, disk, keys, seed);
        device.load(now_ms, seed);
        self.devices.push(device);
    }

    /// A device is lost; its backup comes back as another device.
    pub(crate) fn restore(&mut self, device: usize) {
        let backup = self.devices.get_mut(device).and_then(|device| device.backup.take());
        let Some((backed_up_ms, mut disk)) = backup else { return };
        let lost = self.devices.remove(device);
        self.steps_of_lost += lost.steps;
        self.faults += 1;
        let id = self.admit();
        // What the lost device had not sent when it was backed up, and dated in the future of that moment, keeps its date or
        // gets the time of sending: it wins over what that device, once it knew the time, wrote on the same field after the
        // backup. The decision record says so. A second less, as the server's time is no more exact than that.
        let is_future = |row: &Row| row.in_outbox && row.op.stamp.millis() > backed_up_ms + 5 * 60 * 1000 - 1_000;
        let expected = &mut self.expected;
        for (slot, _) in disk.rows.iter().filter(|(_, row)| is_future(row)) {
            expected.remove(slot);
        }
        disk.stored = disk.stored.clone().into_restored(id, self.server.registry());
        self.start(id, disk);
        self.forget_lost();
    }

    /// A device is revoked, and the keys are rotated. The others get the new key some time.
    pub(crate) fn revoke(&mut self, device: usize) {
        if self.devices.len() < 3 || device >= self.devices.len() {
            return;
        }
        let revoked = self.devices.remove(device);
        self.steps_of_lost += revoked.steps;
        self.server.revoke(revoked.id);
        self.epoch += 1;
        self.forget_lost();
    }

    /// What only a lost device had is lost.
    fn forget_lost(&mut self) {
        let devices = &self.devices;
        self.expected.retain(|slot, id| {
            devices.iter().any(|device| device.disk.rows.get(slot).is_some_and(|row| row.op.id == *id))
        });
    }

    /// Whether the devices have every record that a log lacks: each its own, and one of them the latest of each other chain.
    pub(crate) fn is_recoverable(&self, log: &Log) -> bool {
        let has = |device: &Device, of: DeviceId| {
            let stored = &device.disk.stored;
            (log.length(of) + 1..=stored.head(of).seq).all(|seq| stored.records.contains_key(&(of, seq)))
        };
        let latest = |of: DeviceId| self.devices.iter().map(|device| device.disk.stored.head(of).seq).max();
        let chains = self.devices.iter().flat_map(|device| device.disk.stored.heads.keys());
        self.devices.iter().all(|device| has(device, device.id))
            && chains.into_iter().all(|of| {
                let is_latest = |device: &&Device| Some(device.disk.stored.head(*of).seq) == latest(*of);
                self.devices.iter().filter(is_latest).any(|device| has(device, *of))
            })
    }

    /// Invariants 1 and 2: the bytes of a record never change, whoever has them.
    pub(crate) fn check_history(&mut self) -> Result<(), String> {
        let on_devices = self.devices.iter().flat_map(|device| device.disk.stored.records.values());
        for record in self.server.records().iter().rev().take(10).chain(on_devices) {
            let key = (record.header.device, record.header.seq);
            if *self.history.entry(key).or_insert(record.hash) != record.hash {
                return Err(format!("there are two records {key:?}"));
            }
        }
        Ok(())
    }
}
