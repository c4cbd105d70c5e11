//! Whether the program may use the network by itself now: not where bytes cost money, and not with the last of the battery.
//!
//! A pure function of what the caller found out about the device. A check that the user asks for does not wait.

use crate::decision::Trigger;
use crate::preferences::Mode;

/// Charge in percent at and below which a battery that is being used is low.
pub const LOW_BATTERY_PERCENT: u8 = 20;

/// The device, as far as it is known. What is unknown is no reason to wait: most computers have neither a metered
/// connection nor a battery, and many say so by saying nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceConditions {
    /// Whether the connection is metered.
    pub is_metered: Option<bool>,
    /// Whether the device runs on battery.
    pub on_battery: Option<bool>,
    /// Charge of the battery in percent, from 0 to 100.
    pub battery_percent: Option<u8>,
}

/// Why an automatic check waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitReason {
    /// The connection is metered.
    Metered,
    /// The device runs on a battery that is low.
    LowBattery,
}

impl WaitReason {
    /// The name in output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Metered => "metered",
            Self::LowBattery => "low-battery",
        }
    }
}

/// Whether a transfer may run now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// It may.
    Allowed,
    /// Once the reason is gone.
    Deferred(WaitReason),
    /// The user does not want transfers of this kind.
    Disabled,
}

/// Decides whether a transfer for updates may run now.
#[must_use]
pub const fn may_transfer(trigger: Trigger, mode: Mode, device: DeviceConditions) -> Transfer {
    match (trigger, mode) {
        (_, Mode::Never) | (Trigger::Automatic, Mode::Undecided | Mode::Manual) => return Transfer::Disabled,
        (Trigger::User, _) => return Transfer::Allowed,
        (Trigger::Automatic, Mode::Automatic) => {}
    }
    if matches!(device.is_metered, Some(true)) {
        return Transfer::Deferred(WaitReason::Metered);
    }
    match (device.on_battery, device.battery_percent) {
        (Some(true), Some(..=LOW_BATTERY_PERCENT)) => Transfer::Deferred(WaitReason::LowBattery),
        _ => Transfer::Allowed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(metered: Option<bool>, on_battery: Option<bool>, percent: Option<u8>, want: Transfer) {
        let device = DeviceConditions { is_metered: metered, on_battery, battery_percent: percent };
        assert_eq!(may_transfer(Trigger::Automatic, Mode::Automatic, device), want, "{device:?}");
        // Who asks does not wait, and who wants none gets none.
        for mode in [Mode::Undecided, Mode::Automatic, Mode::Manual] {
            assert_eq!(may_transfer(Trigger::User, mode, device), Transfer::Allowed, "{mode:?} {device:?}");
        }
        assert_eq!(may_transfer(Trigger::User, Mode::Never, device), Transfer::Disabled);
        for mode in [Mode::Undecided, Mode::Manual, Mode::Never] {
            assert_eq!(may_transfer(Trigger::Automatic, mode, device), Transfer::Disabled, "{mode:?} {device:?}");
        }
    }

    #[test]
    fn automatic_transfer_waits_on_metered_connections_and_low_batteries() {
        use Transfer::{Allowed, Deferred};
        use WaitReason::{LowBattery, Metered};
        let (yes, no) = (Some(true), Some(false));
        check(None, None, None, Allowed);
        check(no, no, None, Allowed);
        check(yes, no, None, Deferred(Metered));
        check(yes, None, None, Deferred(Metered));
        check(no, yes, Some(80), Allowed);
        check(no, yes, Some(21), Allowed);
        check(no, yes, Some(20), Deferred(LowBattery));
        check(None, yes, Some(0), Deferred(LowBattery));
        // Plugged in, or a battery that does not say how full it is.
        check(no, no, Some(3), Allowed);
        check(no, None, Some(3), Allowed);
        check(no, yes, None, Allowed);
        // The connection is named first: it is what the user can change.
        check(yes, yes, Some(5), Deferred(Metered));
    }
}
