//! Whether the present connection is metered: each byte costs money, or there is little of it.
//!
//! Linux: NetworkManager knows, or guesses from the kind of network (a phone's hotspot). Without it, and on other systems,
//! it is unknown, which counts as not metered.

#[cfg(target_os = "linux")]
mod network_manager {
    use std::time::Duration;

    use zbus::names::BusName;
    use zbus::{Connection, fdo, proxy};

    /// Time for the answer. The bus is on this computer.
    const TIMEOUT: Duration = Duration::from_secs(2);
    const NAME: &str = "org.freedesktop.NetworkManager";

    #[proxy(
        interface = "org.freedesktop.NetworkManager",
        default_service = "org.freedesktop.NetworkManager",
        default_path = "/org/freedesktop/NetworkManager",
        gen_blocking = false
    )]
    trait NetworkManager {
        /// `NMMetered` of the primary connection.
        #[zbus(property(emits_changed_signal = "false"))]
        fn metered(&self) -> zbus::Result<u32>;
    }

    /// Asks NetworkManager on the system bus; `None` if there is none or it does not know.
    pub(super) async fn is_metered() -> Option<bool> {
        match tokio::time::timeout(TIMEOUT, ask()).await {
            Ok(Ok(metered)) => metered,
            Ok(Err(error)) => {
                tracing::debug!(%error, "whether the connection is metered is unknown");
                None
            }
            Err(_) => {
                tracing::debug!("NetworkManager does not answer");
                None
            }
        }
    }

    async fn ask() -> zbus::Result<Option<bool>> {
        ask_on(&Connection::system().await?).await
    }

    async fn ask_on(bus: &Connection) -> zbus::Result<Option<bool>> {
        // A call would start it where it is installed and switched off.
        if !fdo::DBusProxy::new(bus).await?.name_has_owner(BusName::try_from(NAME)?).await? {
            return Ok(None);
        }
        Ok(meaning(NetworkManagerProxy::new(bus).await?.metered().await?))
    }

    /// `NMMetered`: 0 unknown, 1 yes, 2 no, 3 probably, 4 probably not. A hotspot that is guessed to be one is treated as one.
    const fn meaning(metered: u32) -> Option<bool> {
        match metered {
            1 | 3 => Some(true),
            2 | 4 => Some(false),
            _ => None,
        }
    }

    #[cfg(test)]
    mod tests {
        use std::io::{BufRead as _, BufReader};
        use std::process::{Child, Command, Stdio};

        use alexandria_tests_skip::{Requirement, skip};
        use zbus::connection::Builder;

        use super::*;

        /// A bus of the test's own.
        struct Bus {
            daemon: Child,
            address: String,
        }

        impl Bus {
            fn start() -> Option<Self> {
                let mut command = Command::new("dbus-daemon");
                command.args(["--session", "--nofork", "--nopidfile", "--print-address"]).stdout(Stdio::piped());
                let mut daemon = command.spawn().ok()?;
                let mut address = String::new();
                BufReader::new(daemon.stdout.take()?).read_line(&mut address).ok()?;
                Some(Self { daemon, address: address.trim().to_owned() })
            }

            fn connect(&self) -> Builder<'_> {
                Builder::address(self.address.as_str()).unwrap()
            }
        }

        impl Drop for Bus {
            fn drop(&mut self) {
                self.daemon.kill().unwrap();
                self.daemon.wait().unwrap();
            }
        }

        struct MockNetworkManager(u32);

        #[zbus::interface(name = "org.freedesktop.NetworkManager")]
        impl MockNetworkManager {
            #[zbus(property)]
            fn metered(&self) -> u32 {
                self.0
            }
        }

        async fn check(bus: &Bus, metered: u32, want: Option<bool>) {
            let mock = bus.connect().serve_at("/org/freedesktop/NetworkManager", MockNetworkManager(metered)).unwrap();
            let _mock = mock.name(NAME).unwrap().build().await.unwrap();
            let client = bus.connect().build().await.unwrap();
            assert_eq!(ask_on(&client).await.unwrap(), want, "{metered}");
        }

        #[tokio::test]
        async fn metered_is_what_network_manager_says_or_guesses() {
            let Some(bus) = Bus::start() else {
                skip(Requirement::Tools, "dbus-daemon is not installed");
                return;
            };
            let client = bus.connect().build().await.unwrap();
            assert_eq!(ask_on(&client).await.unwrap(), None, "without NetworkManager");
            check(&bus, 0, None).await;
            check(&bus, 1, Some(true)).await;
            check(&bus, 2, Some(false)).await;
            check(&bus, 3, Some(true)).await;
            check(&bus, 4, Some(false)).await;
            check(&bus, 5, None).await;
        }
    }
}

/// Whether the present connection is metered; `None` if unknown.
#[cfg(target_os = "linux")]
pub(crate) async fn is_metered() -> Option<bool> {
    network_manager::is_metered().await
}

/// Whether the present connection is metered: unknown here.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn is_metered() -> Option<bool> {
    None
}
