//! Serves a repository over HTTP on this computer, as static files with ranges.

use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};

/// A server that runs until the process ends.
#[derive(Debug)]
pub struct Server {
    address: String,
}

impl Server {
    /// Serves the files below `folder`.
    ///
    /// # Errors
    /// When there is no free port.
    pub fn start(folder: PathBuf) -> anyhow::Result<Self> {
        Self::start_at(folder, 0)
    }

    /// As [`start`](Self::start), at a port that was chosen before.
    ///
    /// # Errors
    /// When the port is taken.
    pub fn start_at(folder: PathBuf, port: u16) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let address = format!("http://{}/", listener.local_addr()?);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let folder = folder.clone();
                // A client that goes away ends its connection and nothing else.
                std::thread::spawn(move || drop(answer(&connection, &folder)));
            }
        });
        Ok(Self { address })
    }

    /// The address of the folder, with a slash at the end.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

fn answer(mut connection: &TcpStream, folder: &Path) -> std::io::Result<()> {
    let (mut path, mut start) = (String::new(), None);
    for line in BufReader::new(connection).lines() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some(rest) = line.strip_prefix("GET /") {
            path = rest.split(' ').next().unwrap_or_default().to_owned();
        }
        if let Some(range) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
            start = range.trim_end_matches('-').parse::<u64>().ok();
        }
    }
    let file = folder.join(&path);
    let opened = if path.contains("..") { None } else { std::fs::File::open(file).ok() };
    let Some(mut file) = opened else {
        return connection.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    };
    let length = file.metadata()?.len() - start.unwrap_or(0);
    let status = if start.is_some() { "206 Partial Content" } else { "200 OK" };
    write!(connection, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
    file.seek(SeekFrom::Start(start.unwrap_or(0)))?;
    std::io::copy(&mut file.take(length), &mut connection)?;
    Ok(())
}
