//! A proxy between devices and a server that keeps every byte of both directions.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A running proxy. Its threads end with their connections, and with the test.
#[derive(Debug)]
pub struct Recorder {
    address: String,
    server: Arc<Mutex<String>>,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl Recorder {
    /// Starts a proxy. It refuses connections until it knows its server, which has to know the proxy's address first.
    ///
    /// # Errors
    /// When there is no free port.
    pub fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let (server, seen) = (Arc::<Mutex<String>>::default(), Arc::<Mutex<Vec<u8>>>::default());
        let (target, kept) = (Arc::clone(&server), Arc::clone(&seen));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let target = target.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let Ok(server) = TcpStream::connect(&target) else { continue };
                let Ok((from_client, from_server)) = client.try_clone().and_then(|one| Ok((one, server.try_clone()?)))
                else {
                    continue;
                };
                for (from, to) in [(from_client, server), (from_server, client)] {
                    let kept = Arc::clone(&kept);
                    thread::spawn(move || forward(from, to, &kept));
                }
            }
        });
        Ok(Self { address, server, seen })
    }

    /// Forwards to the server at this address from now on.
    pub fn forward_to(&self, server: &str) {
        let server = server.trim_start_matches("http://").to_owned();
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = server;
    }

    /// The address for devices.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Everything that was sent and answered so far. Pieces of connections at the same time are one after the other.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream, kept: &Mutex<Vec<u8>>) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(length) = from.read(&mut buffer)
        && let Some(bytes) = buffer.get(..length).filter(|bytes| !bytes.is_empty())
    {
        kept.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    // The other side has gone already, or learns of it now.
    let _closed = to.shutdown(Shutdown::Both);
}
