//! Blob throughput against AES-256-GCM alone on the same bytes: the format in memory, and files in the blob store.

use std::io::{Cursor, Read, Write};
use std::time::{Duration, Instant};

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use alexandria_crypto::blob::{BlobReader, BlobWriter};
use alexandria_crypto::keys::KeyRing;
use alexandria_domain::PublicationId;
use alexandria_store::BlobStore;
use tempfile::TempDir;

use crate::figures::table;

const BYTES: usize = 64 << 20;
const CHUNK: usize = 64 << 10;
const ROUNDS: usize = 5;

pub(crate) fn run() -> anyhow::Result<()> {
    let plain = vec![0x5a_u8; BYTES];
    let keys = KeyRing::generate()?;
    let id = [7; 16];
    let (mut alone, mut write, mut read) = (Vec::new(), Vec::new(), Vec::new());
    let (mut stored, mut synced, mut fetched) = (Vec::new(), Vec::new(), Vec::new());
    let folder = TempDir::new()?;
    // Used again each round, as the reference seals memory that it has: the system takes longer to give new memory than
    // the processor to seal it.
    let mut sealed = Vec::with_capacity(BYTES + (1 << 20));
    for _ in 0..ROUNDS {
        alone.push(aes_alone(&plain)?);
        sealed.clear();
        let begun = Instant::now();
        let mut writer = BlobWriter::new(sealed, &keys.blobs, &id)?;
        writer.write_all(&plain)?;
        sealed = writer.finish()?;
        write.push(begun.elapsed());
        read.push(read_all(BlobReader::open(Cursor::new(&sealed), &keys.blobs, &id)?)?);
        synced.push(write_and_sync(&sealed, &folder)?);
    }
    let store = BlobStore::open(folder.path(), keys.blobs)?;
    for number in 0..ROUNDS {
        let id = PublicationId::from_bytes([u8::try_from(number)?; 16]);
        let begun = Instant::now();
        store.put(&id, plain.as_slice())?;
        stored.push(begun.elapsed());
        fetched.push(read_all(store.read(&id)?)?);
    }
    let reference = best(&alone);
    let row = |name: &str, times: &[Duration], target: &str| {
        let time = best(times);
        let (rate_here, ratio) = (rate(time), rate(time) / rate(reference));
        vec![name.to_owned(), format!("{rate_here:.0}"), format!("{ratio:.2}"), target.to_owned()]
    };
    let rows = [
        row("AES-256-GCM alone, in place", &alone, ""),
        row("sealed in memory", &write, "≥ 0.8"),
        row("opened in memory", &read, "≥ 0.8"),
        row("a plain file written and synced", &synced, ""),
        row("blob store: sealed into a file and synced", &stored, ""),
        row("blob store: opened from a file", &fetched, ""),
    ];
    table(&["64 MB, one core, best of 5", "MB/s", "÷ AES alone", "target"], &rows);
    Ok(())
}

/// Reads to the end, a megabyte at a time.
fn read_all(mut reader: impl Read) -> anyhow::Result<Duration> {
    let mut buffer = vec![0; 1 << 20];
    let mut total = 0;
    let begun = Instant::now();
    loop {
        match reader.read(&mut buffer)? {
            0 => break,
            read => total += read,
        }
    }
    let time = begun.elapsed();
    anyhow::ensure!(total == BYTES, "the blob was not read whole");
    Ok(time)
}

/// What the disk takes for as many bytes, without sealing.
fn write_and_sync(bytes: &[u8], folder: &TempDir) -> anyhow::Result<Duration> {
    let path = folder.path().join("plain");
    let begun = Instant::now();
    let mut file = std::fs::File::create(&path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    let time = begun.elapsed();
    std::fs::remove_file(path)?;
    Ok(time)
}

/// Sealing the same chunks in place, with nothing around it.
fn aes_alone(plain: &[u8]) -> anyhow::Result<Duration> {
    let cipher = Aes256Gcm::new(&[3; 32].into());
    let mut chunks = plain.to_vec();
    let begun = Instant::now();
    for (chunk, number) in chunks.chunks_mut(CHUNK).zip(0_u32..) {
        let mut nonce = [0; 12];
        nonce[..4].copy_from_slice(&number.to_be_bytes());
        cipher
            .encrypt_inout_detached(&Nonce::from(nonce), b"", chunk.into())
            .map_err(|_| anyhow::anyhow!("sealing failed"))?;
    }
    Ok(begun.elapsed())
}

fn best(times: &[Duration]) -> Duration {
    times.iter().min().copied().unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "a rate")]
fn rate(time: Duration) -> f64 {
    BYTES as f64 / 1e6 / time.as_secs_f64()
}
