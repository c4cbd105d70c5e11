//! The world: devices, a server, what is between them, and the steps of a plan.

use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use alexandria_domain::{DeviceId, OpId};
use alexandria_sync::io::{Input, Output};
use alexandria_sync::record::Hash;

use crate::crypto::Keys;
use crate::device::{Device, monotonic_ms};
use crate::disk::{Bug, Slot};
use crate::plan::{Fate, Step};
use crate::server::{Bugs, Log, Server};

pub(crate) const SECRET: [u8; 32] = [5; 32];
const START_MS: u64 = 1_800_000_000_000;
/// More would only slow a plan down.
const MAX_DEVICES: usize = 6;

/// The world.
#[derive(Debug)]
pub(crate) struct Simulation {
    pub(crate) now_ms: u64,
    pub(crate) server: Server,
    /// In the order in which they came; those that are lost or revoked are not among them.
    pub(crate) devices: Vec<Device>,
    pub(crate) server_backups: VecDeque<Log>,
    pub(crate) epoch: u32,
    pub(crate) nonces: Rc<Cell<u64>>,
    /// How many ids were given.
    pub(crate) ids: u64,
    pub(crate) bug: Option<Bug>,
    /// The last op of each author on each field, as far as a device that is still there has it.
    pub(crate) expected: BTreeMap<Slot, OpId>,
    /// Every record that the server ever had.
    pub(crate) history: BTreeMap<(DeviceId, u64), Hash>,
    /// What could make a device send something twice.
    pub(crate) faults: u64,
    pub(crate) steps_of_lost: u64,
}

impl Simulation {
    pub(crate) fn new(bug: Option<Bug>, bugs: Bugs) -> Self {
        let nonces = Rc::new(Cell::new(0));
        let mut server = Server::new(Keys::new(SECRET, DeviceId::from_bytes([0; 16]), 1, &nonces));
        server.bugs = bugs;
        let mut simulation = Self {
            now_ms: START_MS,
            server,
            devices: Vec::new(),
            server_backups: VecDeque::new(),
            epoch: 1,
            nonces,
            ids: 0,
            bug,
            expected: BTreeMap::new(),
            history: BTreeMap::new(),
            faults: 1,
            steps_of_lost: 0,
        };
        simulation.enrol();
        simulation.enrol();
        simulation
    }

    /// Takes one step of a plan.
    pub(crate) fn take(&mut self, step: Step) -> Result<(), String> {
        let now_ms = self.now_ms;
        let seed = self.seed();
        match step {
            Step::Edit { device, field } => self.edit(device, field),
            Step::Run { device, outputs } => {
                if let Some(device) = self.devices.get_mut(device) {
                    (0..outputs).all(|_| device.run(now_ms, seed));
                }
            }
            Step::Serve { device, fate } => self.serve(device, fate),
            Step::Answer { device } => self.answer(device),
            Step::Work { device } => (0..8).for_each(|_| self.work(device)),
            Step::Crash { device, inside } => {
                self.faults += 1;
                if inside {
                    self.reach_transaction(device);
                }
                if let Some(device) = self.devices.get_mut(device) {
                    device.crash(now_ms, seed, inside);
                }
            }
            Step::Tick { ms } => self.tick(ms),
            Step::SyncNow { device } => self.input(device, Input::SyncNow),
            Step::Skew { device, ms } => {
                if let Some(device) = self.devices.get_mut(device) {
                    device.skew_ms = ms;
                }
            }
            Step::Offline { device, is } => {
                if let Some(device) = self.devices.get_mut(device) {
                    device.is_offline = is;
                }
            }
            Step::DiskFull { device, is } => {
                if let Some(device) = self.devices.get_mut(device) {
                    device.is_disk_full = is;
                }
            }
            Step::Page { records } => self.server.page = records,
            Step::BackUpServer => {
                self.server_backups.push_back(self.server.log.clone());
                if self.server_backups.len() > 2 {
                    self.server_backups.pop_front();
                }
            }
            Step::RestoreServer => {
                // Further back than what the devices have records for, nothing helps: that is not tried here.
                let log = self.server_backups.front().cloned();
                if let Some(log) = log.filter(|log| self.is_recoverable(log)) {
                    self.faults += 1;
                    self.server.restore(log);
                }
            }
            Step::BackUp { device } => {
                if let Some(device) = self.devices.get_mut(device) {
                    device.backup = Some((now_ms, device.disk.clone()));
                }
            }
            Step::Restore { device } => self.restore(device),
            Step::Enrol => {
                if self.devices.len() < MAX_DEVICES {
                    self.enrol();
                }
            }
            Step::Revoke { device } => self.revoke(device),
            Step::Grant { device } => self.grant(device),
        }
        self.check_history()
    }

    /// A device goes on until it has a transaction to carry out, if that comes soon.
    fn reach_transaction(&mut self, device: usize) {
        let (now_ms, seed) = (self.now_ms, self.seed());
        for _ in 0..12 {
            let Some(found) = self.devices.get_mut(device) else { return };
            if found.outputs.iter().any(|output| matches!(output, Output::Persist(_))) {
                return;
            }
            if !found.run(now_ms, seed) {
                self.serve(device, Fate::Answered);
                self.answer(device);
            }
        }
    }

    /// A device does everything it can, without faults: outputs, requests, answers.
    pub(crate) fn work(&mut self, device: usize) {
        let (now_ms, seed) = (self.now_ms, self.seed());
        let Some(found) = self.devices.get_mut(device) else { return };
        while found.run(now_ms, seed) {}
        let waiting = found.requests.len();
        for _ in 0..waiting {
            if !self.postpone_poll(device) {
                self.serve(device, Fate::Answered);
            }
        }
        let waiting = self.devices.get(device).map_or(0, |device| device.answers.len());
        for _ in 0..waiting {
            self.answer(device);
        }
    }

    /// Time passes; timers fire.
    pub(crate) fn tick(&mut self, ms: u64) {
        self.now_ms += ms;
        for device in &mut self.devices {
            let now_ms = self.now_ms;
            if device.wake_at.is_some_and(|at| at <= monotonic_ms(now_ms)) {
                device.wake_at = None;
                device.step(now_ms, Input::Timer);
            }
        }
    }

    pub(crate) fn input(&mut self, device: usize, input: Input) {
        let now_ms = self.now_ms;
        if let Some(device) = self.devices.get_mut(device) {
            device.step(now_ms, input);
        }
    }

    pub(crate) fn grant(&mut self, device: usize) {
        let Some(found) = self.devices.get_mut(device) else { return };
        (1..=self.epoch).for_each(|epoch| found.keys.grant(epoch));
        self.input(device, Input::RetryQuarantine);
    }

    /// Every device-step so far.
    pub(crate) fn steps(&self) -> u64 {
        self.steps_of_lost + self.devices.iter().map(|device| device.steps).sum::<u64>()
    }
}
