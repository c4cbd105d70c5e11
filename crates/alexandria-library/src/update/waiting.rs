//! What the device is doing, as far as it decides whether an automatic check waits.

use alexandria_update::DeviceConditions;

use crate::{metered, power};

/// Asks the system. Takes a moment; what it does not say is unknown.
pub(super) async fn device_conditions() -> DeviceConditions {
    let is_metered = metered::is_metered().await;
    let battery = tokio::task::spawn_blocking(|| (power::on_battery(), power::battery_percent())).await;
    let (on_battery, battery_percent) = battery.unwrap_or_default();
    DeviceConditions { is_metered, on_battery, battery_percent }
}
