//! Whether the computer runs on battery, and how full that is.
//!
//! Linux reports it in `/sys/class/power_supply`, macOS through its program `pmset`. On Windows it takes unsafe code or
//! another crate, so it is unknown there, which counts as mains power. How often to poll, and what follows from the answer,
//! is up to the caller.

#[cfg(any(target_os = "linux", test))]
use std::fs;
#[cfg(any(target_os = "macos", all(test, unix)))]
use std::io::{self, Read};
#[cfg(any(target_os = "linux", test))]
use std::path::Path;
#[cfg(any(target_os = "macos", all(test, unix)))]
use std::process::{Command, Stdio};
#[cfg(any(target_os = "macos", all(test, unix)))]
use std::time::{Duration, Instant};

/// Whether the computer runs on battery; `None` if unknown. Blocks for a moment.
#[cfg(target_os = "linux")]
pub(crate) fn on_battery() -> Option<bool> {
    from_sysfs(Path::new("/sys/class/power_supply"))
}

/// Whether the computer runs on battery; `None` if unknown. Blocks for a moment, at most two seconds.
#[cfg(target_os = "macos")]
pub(crate) fn on_battery() -> Option<bool> {
    match run(Command::new("/usr/bin/pmset").args(["-g", "batt"]), Duration::from_secs(2)) {
        Ok(output) => from_pmset(&output),
        Err(error) => {
            tracing::debug!(kind = ?error.kind(), "the power source is unknown");
            None
        }
    }
}

/// Whether the computer runs on battery: unknown here.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(crate) fn on_battery() -> Option<bool> {
    None
}

/// Charge of the battery in percent; `None` if there is none or it is unknown. Blocks like [`on_battery`].
#[cfg(target_os = "linux")]
pub(crate) fn battery_percent() -> Option<u8> {
    percent_from_sysfs(Path::new("/sys/class/power_supply"))
}

/// Charge of the battery in percent; `None` if there is none or it is unknown. Blocks like [`on_battery`].
#[cfg(target_os = "macos")]
pub(crate) fn battery_percent() -> Option<u8> {
    match run(Command::new("/usr/bin/pmset").args(["-g", "batt"]), Duration::from_secs(2)) {
        Ok(output) => percent_from_pmset(&output),
        Err(error) => {
            tracing::debug!(kind = ?error.kind(), "the charge of the battery is unknown");
            None
        }
    }
}

/// Charge of the battery in percent: unknown here.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(crate) fn battery_percent() -> Option<u8> {
    None
}

/// Linux: the fullest battery of the computer. A second one that is empty says nothing.
#[cfg(any(target_os = "linux", test))]
fn percent_from_sysfs(folder: &Path) -> Option<u8> {
    let Ok(supplies) = fs::read_dir(folder) else { return None };
    let percents = supplies.flatten().filter_map(|supply| {
        let attribute = |name: &str| fs::read_to_string(supply.path().join(name)).unwrap_or_default().trim().to_owned();
        let is_battery = attribute("type") == "Battery" && attribute("scope") != "Device";
        if is_battery { attribute("capacity").parse::<u8>().ok() } else { None }
    });
    percents.max().map(|percent| percent.min(100))
}

/// macOS: the second line of the output of `pmset -g batt` has the charge of the first battery.
#[cfg(any(target_os = "macos", test))]
fn percent_from_pmset(output: &str) -> Option<u8> {
    let (before, _) = output.lines().nth(1)?.split_once('%')?;
    before.split_whitespace().last()?.parse().ok().filter(|percent| *percent <= 100)
}

/// Linux: one folder per power supply, one file per attribute. A computer without a battery is on mains power.
#[cfg(any(target_os = "linux", test))]
fn from_sysfs(folder: &Path) -> Option<bool> {
    // Some containers and kernels do not have the folder.
    let Ok(supplies) = fs::read_dir(folder) else { return None };
    let mut discharging = false;
    for supply in supplies.flatten() {
        let supply = supply.path();
        // Not every supply has every attribute, and a battery that was just removed has none.
        let attribute = |name: &str| fs::read_to_string(supply.join(name)).unwrap_or_default().trim().to_owned();
        // The battery of a mouse or a headset is irrelevant.
        if attribute("scope") == "Device" {
            continue;
        }
        match attribute("type").as_str() {
            // A supply with programmable voltage reports 2 where others report 1.
            "Mains" | "USB" | "Wireless" if !matches!(attribute("online").as_str(), "" | "0") => return Some(false),
            "Battery" | "UPS" => discharging |= attribute("status") == "Discharging",
            _ => {}
        }
    }
    Some(discharging)
}

/// macOS: the first line of the output of `pmset -g batt` names the present source.
#[cfg(any(target_os = "macos", test))]
fn from_pmset(output: &str) -> Option<bool> {
    match output.lines().next()?.split('\'').nth(1)? {
        "Battery Power" | "UPS Power" => Some(true),
        "AC Power" => Some(false),
        _ => None,
    }
}

/// The output of a program that ends in time. It has to fit into a pipe's buffer, as it is read afterwards.
#[cfg(any(target_os = "macos", all(test, unix)))]
fn run(program: &mut Command, timeout: Duration) -> io::Result<String> {
    let mut child = program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let end = Instant::now() + timeout;
    while child.try_wait()?.is_none() {
        if Instant::now() >= end {
            child.kill()?;
            child.wait()?;
            return Err(io::ErrorKind::TimedOut.into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut output = String::new();
    if let Some(mut printed) = child.stdout.take() {
        printed.read_to_string(&mut output)?;
    }
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder's name, and the names and contents of its files.
    type PowerSupply = (&'static str, &'static [(&'static str, &'static str)]);

    const MAINS: PowerSupply = ("AC", &[("type", "Mains"), ("online", "1")]);
    const UNPLUGGED: PowerSupply = ("AC", &[("type", "Mains"), ("online", "0")]);
    const CHARGING: PowerSupply =
        ("BAT0", &[("type", "Battery"), ("status", "Charging"), ("present", "1"), ("capacity", "81")]);
    const DISCHARGING: PowerSupply =
        ("BAT0", &[("type", "Battery"), ("status", "Discharging"), ("present", "1"), ("capacity", "80")]);
    const FULL: PowerSupply = ("BAT1", &[("type", "Battery"), ("status", "Full"), ("capacity", "100")]);
    const HELD: PowerSupply = ("BAT0", &[("type", "Battery"), ("status", "Not charging")]);
    const MOUSE: PowerSupply =
        ("hidpp_battery_0", &[("type", "Battery"), ("scope", "Device"), ("status", "Discharging")]);
    const USB_C: PowerSupply =
        ("ucsi-source-psy-USBC000.001", &[("type", "USB"), ("online", "1"), ("usb_type", "C [PD] PD_PPS")]);
    const USB_C_SETS_VOLTAGE: PowerSupply = ("ucsi-source-psy-USBC000.002", &[("type", "USB"), ("online", "2")]);
    const USB_C_EMPTY: PowerSupply =
        ("ucsi-source-psy-USBC000.001", &[("type", "USB"), ("online", "0"), ("usb_type", "[C] PD PD_PPS")]);
    const UPS: PowerSupply = ("ups", &[("type", "UPS"), ("status", "Discharging")]);
    const GONE: PowerSupply = ("BAT0", &[]);

    fn folder_of(supplies: &[PowerSupply]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, attributes) in supplies {
            let supply = folder.path().join(name);
            fs::create_dir(&supply).unwrap();
            for (attribute, value) in *attributes {
                fs::write(supply.join(attribute), format!("{value}\n")).unwrap();
            }
        }
        folder
    }

    #[track_caller]
    fn check_supplies(supplies: &[PowerSupply], expect: Option<bool>) {
        assert_eq!(from_sysfs(folder_of(supplies).path()), expect, "{supplies:?}");
    }

    #[test]
    fn percent_is_that_of_the_fullest_battery() {
        let check = |supplies: &[PowerSupply], expect: Option<u8>| {
            let folder = folder_of(supplies);
            assert_eq!(percent_from_sysfs(folder.path()), expect, "{supplies:?}");
            assert_eq!(percent_from_sysfs(&folder.path().join("absent")), None);
        };
        check(&[], None);
        check(&[MAINS], None);
        check(&[MAINS, CHARGING], Some(81));
        check(&[DISCHARGING, FULL], Some(100));
        check(&[HELD, MOUSE, UPS], None);
        check(&[("BAT0", &[("type", "Battery"), ("capacity", "300")])], None);
        check(&[("BAT0", &[("type", "Battery"), ("capacity", "103")])], Some(100));
    }

    #[test]
    fn percent_is_read_from_pmset() {
        let check = |output: &str, expect: Option<u8>| assert_eq!(percent_from_pmset(output), expect, "{output}");
        check("Now drawing from 'Battery Power'\n -InternalBattery-0 (id=4522083)\t87%; discharging\n", Some(87));
        check("Now drawing from 'AC Power'\n", None);
        check("Now drawing from 'AC Power'\n -InternalBattery-0 (id=1)\t870%; charged\n", None);
        check("", None);
    }

    #[test]
    fn from_sysfs_is_on_battery_when_one_discharges_without_supply() {
        check_supplies(&[], Some(false));
        check_supplies(&[MAINS], Some(false));
        check_supplies(&[MAINS, CHARGING], Some(false));
        check_supplies(&[UNPLUGGED, DISCHARGING], Some(true));
        check_supplies(&[UNPLUGGED, DISCHARGING, FULL], Some(true));
        check_supplies(&[DISCHARGING], Some(true));
        check_supplies(&[UNPLUGGED, USB_C_EMPTY, DISCHARGING], Some(true));
        // A weak charger: the battery discharges although the computer is plugged in.
        check_supplies(&[MAINS, DISCHARGING], Some(false));
        check_supplies(&[UNPLUGGED, USB_C, DISCHARGING], Some(false));
        check_supplies(&[USB_C_SETS_VOLTAGE, DISCHARGING], Some(false));
        // Kept from charging further.
        check_supplies(&[UNPLUGGED, HELD], Some(false));
        check_supplies(&[MOUSE], Some(false));
        check_supplies(&[UPS], Some(true));
        check_supplies(&[GONE], Some(false));
    }

    #[test]
    fn from_sysfs_is_unknown_without_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(from_sysfs(&folder.path().join("power_supply")), None);
    }

    #[test]
    fn from_pmset_reads_the_present_source() {
        let check = |output: &str, expect: Option<bool>| assert_eq!(from_pmset(output), expect, "{output}");
        check(
            "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=4522083)\t87%; discharging; 4:32 remaining \
             present: true\n",
            Some(true),
        );
        check(
            "Now drawing from 'AC Power'\n -InternalBattery-0 (id=4522083)\t100%; charged; 0:00 remaining \
             present: true\n",
            Some(false),
        );
        check("Now drawing from 'AC Power'\n", Some(false));
        check(
            "Now drawing from 'UPS Power'\n -Back-UPS ES 700 (id=1)\t98%; discharging; 0:31 remaining present: true\n",
            Some(true),
        );
        check("Now drawing from 'Sun'\n", None);
        check("No power source\n -'Battery Power'\n", None);
        check("", None);
    }

    #[cfg(unix)]
    #[test]
    fn run_returns_output_and_stops_at_the_timeout() {
        let shell = |script: &str, timeout| run(Command::new("sh").args(["-c", script]), timeout);
        assert_eq!(shell("echo read; echo not read >&2", Duration::from_secs(60)).unwrap(), "read\n");
        let error = shell("exec sleep 600", Duration::ZERO).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(run(&mut Command::new("./no such program"), Duration::from_secs(60)).is_err());
    }
}
