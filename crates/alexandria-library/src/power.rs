//! Whether the computer runs on its battery.
//!
//! Linux says so below `/sys/class/power_supply`, and macOS by its own program `pmset`. Windows says so only to a call
//! that needs unsafe code or another crate: there it is not known, which counts as mains. How often to look, and what
//! follows from it, is the caller's business.

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

/// Whether the computer runs on its battery; `None` if that cannot be told. Blocks for a moment.
#[cfg(target_os = "linux")]
pub(crate) fn on_battery() -> Option<bool> {
    by_supplies(Path::new("/sys/class/power_supply"))
}

/// Whether the computer runs on its battery; `None` if that cannot be told. Blocks for a moment, two seconds at most.
#[cfg(target_os = "macos")]
pub(crate) fn on_battery() -> Option<bool> {
    match ask(Command::new("/usr/bin/pmset").args(["-g", "batt"]), Duration::from_secs(2)) {
        Ok(said) => by_pmset(&said),
        Err(error) => {
            tracing::debug!(kind = ?error.kind(), "the power supply is not known");
            None
        }
    }
}

/// Whether the computer runs on its battery: it cannot be told here.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(crate) fn on_battery() -> Option<bool> {
    None
}

/// What Linux says: a folder a power supply, with a file an attribute. A computer without a battery is on mains.
#[cfg(any(target_os = "linux", test))]
fn by_supplies(folder: &Path) -> Option<bool> {
    // There is no such folder in some containers and in kernels made without it.
    let Ok(supplies) = fs::read_dir(folder) else { return None };
    let mut discharging = false;
    for supply in supplies.flatten() {
        let supply = supply.path();
        // An attribute that is not there says nothing, nor does one of a battery that has just been taken out.
        let attribute = |name: &str| fs::read_to_string(supply.join(name)).unwrap_or_default().trim().to_owned();
        // The battery of a mouse or a headset says nothing of the computer.
        if attribute("scope") == "Device" {
            continue;
        }
        match attribute("type").as_str() {
            // A supply that can set its voltage says 2 where others say 1.
            "Mains" | "USB" | "Wireless" if !matches!(attribute("online").as_str(), "" | "0") => return Some(false),
            "Battery" | "UPS" => discharging |= attribute("status") == "Discharging",
            _ => {}
        }
    }
    Some(discharging)
}

/// What `pmset -g batt` says, whose first line names the present source.
#[cfg(any(target_os = "macos", test))]
fn by_pmset(said: &str) -> Option<bool> {
    match said.lines().next()?.split('\'').nth(1)? {
        "Battery Power" | "UPS Power" => Some(true),
        "AC Power" => Some(false),
        _ => None,
    }
}

/// What a program prints, if it ends in time. It has to fit into a pipe, as it is read afterwards.
#[cfg(any(target_os = "macos", all(test, unix)))]
fn ask(program: &mut Command, patience: Duration) -> io::Result<String> {
    let mut child = program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let end = Instant::now() + patience;
    while child.try_wait()?.is_none() {
        if Instant::now() >= end {
            child.kill()?;
            child.wait()?;
            return Err(io::ErrorKind::TimedOut.into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut said = String::new();
    if let Some(mut printed) = child.stdout.take() {
        printed.read_to_string(&mut said)?;
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder's name, and the names and texts of its files.
    type Supply = (&'static str, &'static [(&'static str, &'static str)]);

    const MAINS: Supply = ("AC", &[("type", "Mains"), ("online", "1")]);
    const UNPLUGGED: Supply = ("AC", &[("type", "Mains"), ("online", "0")]);
    const CHARGING: Supply =
        ("BAT0", &[("type", "Battery"), ("status", "Charging"), ("present", "1"), ("capacity", "81")]);
    const DISCHARGING: Supply =
        ("BAT0", &[("type", "Battery"), ("status", "Discharging"), ("present", "1"), ("capacity", "80")]);
    const FULL: Supply = ("BAT1", &[("type", "Battery"), ("status", "Full"), ("capacity", "100")]);
    const HELD: Supply = ("BAT0", &[("type", "Battery"), ("status", "Not charging")]);
    const MOUSE: Supply = ("hidpp_battery_0", &[("type", "Battery"), ("scope", "Device"), ("status", "Discharging")]);
    const USB_C: Supply =
        ("ucsi-source-psy-USBC000.001", &[("type", "USB"), ("online", "1"), ("usb_type", "C [PD] PD_PPS")]);
    const USB_C_SETS_VOLTAGE: Supply = ("ucsi-source-psy-USBC000.002", &[("type", "USB"), ("online", "2")]);
    const USB_C_EMPTY: Supply =
        ("ucsi-source-psy-USBC000.001", &[("type", "USB"), ("online", "0"), ("usb_type", "[C] PD PD_PPS")]);
    const UPS: Supply = ("ups", &[("type", "UPS"), ("status", "Discharging")]);
    const GONE: Supply = ("BAT0", &[]);

    #[track_caller]
    fn check_supplies(supplies: &[Supply], expect: Option<bool>) {
        let folder = tempfile::tempdir().unwrap();
        for (name, attributes) in supplies {
            let supply = folder.path().join(name);
            fs::create_dir(&supply).unwrap();
            for (attribute, value) in *attributes {
                fs::write(supply.join(attribute), format!("{value}\n")).unwrap();
            }
        }
        assert_eq!(by_supplies(folder.path()), expect, "{supplies:?}");
    }

    #[test]
    fn linux_is_on_battery_when_one_discharges_and_nothing_feeds_it() {
        check_supplies(&[], Some(false));
        check_supplies(&[MAINS], Some(false));
        check_supplies(&[MAINS, CHARGING], Some(false));
        check_supplies(&[UNPLUGGED, DISCHARGING], Some(true));
        check_supplies(&[UNPLUGGED, DISCHARGING, FULL], Some(true));
        check_supplies(&[DISCHARGING], Some(true));
        check_supplies(&[UNPLUGGED, USB_C_EMPTY, DISCHARGING], Some(true));
        // A weak charger: the battery helps out, and the computer is plugged in.
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
    fn without_its_folder_linux_does_not_say() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(by_supplies(&folder.path().join("power_supply")), None);
    }

    #[test]
    fn macos_names_its_source() {
        let check = |said: &str, expect: Option<bool>| assert_eq!(by_pmset(said), expect, "{said}");
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
    fn a_program_is_asked_and_not_waited_for_too_long() {
        let shell = |script: &str, patience| ask(Command::new("sh").args(["-c", script]), patience);
        assert_eq!(shell("echo said; echo not heard >&2", Duration::from_secs(60)).unwrap(), "said\n");
        let error = shell("exec sleep 600", Duration::ZERO).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(ask(&mut Command::new("./no such program"), Duration::from_secs(60)).is_err());
    }
}
