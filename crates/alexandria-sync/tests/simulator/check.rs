//! What must hold: at every moment, and once the network is fair.

use std::collections::{BTreeMap, BTreeSet};

use alexandria_domain::{DeviceId, OpId};
use alexandria_sync::alarm::Alarm;
use alexandria_sync::crypto::RecordCrypto as _;
use alexandria_sync::payload::{self, WireOp};
use alexandria_sync::record::Head;
use alexandria_sync::status::Status;

use crate::device::Device;
use crate::disk::Slot;
use crate::simulation::Simulation;

/// Rounds within which all devices must agree once the network is fair. In a round each device does all it can, and then a
/// minute passes.
pub(crate) const MAX_ROUNDS: usize = 80;

impl Simulation {
    /// The second phase: no more faults. Returns after how many rounds all devices agreed.
    pub(crate) fn converge(&mut self) -> Result<usize, String> {
        for index in 0..self.devices.len() {
            let device = &mut self.devices[index];
            (device.is_offline, device.is_disk_full, device.skew_ms) = (false, false, 0);
            self.grant(index);
        }
        for round in 1..=MAX_ROUNDS {
            for index in 0..self.devices.len() {
                for _ in 0..4 {
                    self.work(index);
                }
            }
            self.check_alarms()?;
            if self.devices.iter().all(is_in_step) && self.disagreement().is_none() {
                self.check_end()?;
                return Ok(round);
            }
            self.tick(60_000);
        }
        let statuses: Vec<_> = self.devices.iter().map(|device| device.status).collect();
        Err(format!("no agreement after {MAX_ROUNDS} rounds: {statuses:?}; {:?}", self.disagreement()))
    }

    /// A device that is added when snapshots have replaced records has everything the others have.
    pub(crate) fn check_new_device(&mut self) -> Result<(), String> {
        for _ in 0..2 {
            for field in 0..7 {
                self.edit(0, field);
                (0..4).for_each(|_| self.work(0));
            }
            self.converge()?;
            self.tick(60_000);
            for index in (0..self.devices.len()).cycle().take(self.devices.len() * 3) {
                self.work(index);
            }
        }
        self.enrol();
        self.converge().map(drop)
    }

    /// An honest server raises no alarm.
    pub(crate) fn check_alarms(&self) -> Result<(), String> {
        for device in &self.devices {
            let alarm = device.disk.stored.alarm.or(device.engine.stored().alarm);
            if let Some(alarm) = alarm.filter(|alarm| *alarm != Alarm::Revoked || !device.is_revoked) {
                return Err(format!("alarm on device {}: {alarm}", device.id));
            }
        }
        Ok(())
    }

    /// What holds at every moment.
    pub(crate) fn check_now(&self) -> Result<(), String> {
        self.check_alarms()?;
        self.devices.iter().try_for_each(check_acknowledged)
    }

    /// What is not the same everywhere yet: a field on which two devices differ, or a chain that does not end on a device where
    /// it ends on the server (invariant 5, for the chains that the device has anything of). A device may have the same fields
    /// without all records: two of them write the same ops again when a third is revoked.
    fn disagreement(&self) -> Option<String> {
        self.differing_field().or_else(|| self.differing_chain())
    }

    fn differing_chain(&self) -> Option<String> {
        self.devices.iter().find_map(|device| {
            let differs = |(of, head): &(&DeviceId, &Head)| self.server.head(**of) != **head;
            let (of, _) = device.disk.stored.heads.iter().find(differs)?;
            Some(format!("device {} and the server differ on the chain of {of}", device.id))
        })
    }

    fn differing_field(&self) -> Option<String> {
        let mut states = self.devices.iter().map(|device| (device.id, state(device)));
        let (first, expect) = states.next()?;
        states.find(|(_, state)| *state != expect).map(|(other, state)| {
            let differs = expect.iter().chain(&state).find(|(slot, _)| expect.get(*slot) != state.get(*slot));
            format!("{first} and {other} differ: {differs:?}")
        })
    }

    fn check_end(&self) -> Result<(), String> {
        for device in &self.devices {
            for (slot, id) in &self.expected {
                if device.disk.rows.get(slot).is_none_or(|row| row.op.id != *id) {
                    return Err(format!("device {} lost op {id} on {slot:?}", device.id));
                }
            }
            check_kept(device)?;
        }
        // Invariant 12: what is sent again is bounded by what went wrong.
        let most = self.server.new_bytes * (2 + self.faults) + 2_000_000 * self.faults;
        if self.server.pushed_bytes > most {
            return Err(format!("{} bytes sent for {} new ones", self.server.pushed_bytes, self.server.new_bytes));
        }
        Ok(())
    }
}

fn is_in_step(device: &Device) -> bool {
    device.status == Some(Status::InStep) && device.outputs.is_empty()
}

/// Everything that has to be equal: the winning op of each field, and all that is not understood, in its bytes.
fn state(device: &Device) -> BTreeMap<Slot, Vec<u8>> {
    device.disk.rows.iter().map(|(slot, row)| (slot.clone(), row.op.as_bytes().to_vec())).collect()
}

/// Invariant 6: what the reader was told is written is in the outbox or in a record.
fn check_acknowledged(device: &Device) -> Result<(), String> {
    let own = device.disk.rows.values().filter(|row| row.op.author == device.id);
    match own.into_iter().find(|row| !row.in_outbox && !device.disk.sealed.contains(&row.op.id)) {
        Some(row) => Err(format!("op {} of device {} is in no record and not in the outbox", row.op.id, device.id)),
        None => Ok(()),
    }
}

/// Invariant 4: whatever the vector has passed was applied, or was replaced by a later op, or is in quarantine.
fn check_kept(device: &Device) -> Result<(), String> {
    let stored = &device.disk.stored;
    let rows: BTreeSet<OpId> = device.disk.rows.values().map(|row| row.op.id).collect();
    for (key, record) in &stored.records {
        if stored.quarantine.contains_key(key) {
            return Err(format!("record {key:?} is still in quarantine on device {}", device.id));
        }
        let payload = device.keys.open(record).map_err(|fault| fault.to_string())?;
        let ops: Vec<WireOp> = payload::read(&payload).map_err(|error| error.to_string())?;
        for op in ops {
            let later = |row: &crate::disk::Row| (row.op.stamp, row.op.id) > (op.stamp, op.id);
            if !rows.contains(&op.id) && !device.disk.rows.get(&Slot::of(&op)).is_some_and(later) {
                return Err(format!("device {} has passed op {} and does not have it", device.id, op.id));
            }
        }
    }
    Ok(())
}
