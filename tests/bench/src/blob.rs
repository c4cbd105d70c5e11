//! Blob throughput against AES-256-GCM alone on the same bytes: the format in memory, and files in the blob store.

use std::io::{Cursor, Read, Write};
use std::time::{Duration, Instant};

use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use alexandria_crypto::blob::{BlobReader, BlobWriter};
use alexandria_crypto::chunked::Sealer;
use alexandria_crypto::keys::KeyRing;
use alexandria_domain::PublicationId;
use alexandria_store::BlobStore;
use tempfile::TempDir;

use crate::report::{Report, Table, larger, other};

const BYTES: usize = 64 << 20;
const CHUNK: usize = 64 << 10;
const ROUNDS: usize = 5;

pub(crate) fn run(report: &mut Report) -> anyhow::Result<()> {
    let plain = vec![0x5a_u8; BYTES];
    let keys = KeyRing::generate()?;
    let id = [7; 16];
    let (mut alone, mut copied, mut write, mut read) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut stored, mut synced, mut fetched) = (Vec::new(), Vec::new(), Vec::new());
    let folder = TempDir::new()?;
    // Reused in each round, as the reference encrypts memory in place: allocating takes longer than encrypting.
    let mut encrypted = Vec::with_capacity(BYTES + (1 << 20));
    for _ in 0..ROUNDS {
        alone.push(aes_alone(&plain)?);
        copied.push(aes_into_another_buffer(&plain)?);
        encrypted.clear();
        let started = Instant::now();
        let mut sealer = Sealer::new(&keys.index, &id)?;
        sealer.push(&plain, &mut encrypted)?;
        sealer.finish(&mut encrypted)?;
        write.push(started.elapsed());
        encrypted.clear();
        let mut writer = BlobWriter::new(encrypted, &keys.blobs, &id)?;
        writer.write_all(&plain)?;
        encrypted = writer.finish()?;
        read.push(read_all(BlobReader::open(Cursor::new(&encrypted), &keys.blobs, &id)?)?);
        synced.push(write_and_sync(&encrypted, &folder)?);
    }
    let store = BlobStore::open(folder.path(), keys.blobs)?;
    for number in 0..ROUNDS {
        let id = PublicationId::from_bytes([u8::try_from(number)?; 16]);
        let started = Instant::now();
        store.put(&id, plain.as_slice())?;
        stored.push(started.elapsed());
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
        row("AES-256-GCM alone, into another buffer", &copied, ""),
        row("encrypt in memory", &write, "≥ 0.9"),
        row("decrypt in memory", &read, "≥ 0.8"),
        row("write and sync a plaintext file", &synced, ""),
        row("blob store: encrypt into a file and sync", &stored, ""),
        row("blob store: decrypt from a file", &fetched, ""),
    ];
    report.add(&Table {
        name: "blob",
        title: "64 MB, one core, best of 5".to_owned(),
        columns: vec![larger("MB/s"), larger("÷ AES alone"), other("target")],
        rows: rows.to_vec(),
    });
    Ok(())
}

/// Time to read to the end, a megabyte at a time.
fn read_all(mut reader: impl Read) -> anyhow::Result<Duration> {
    let mut buffer = vec![0; 1 << 20];
    let mut total = 0;
    let started = Instant::now();
    loop {
        match reader.read(&mut buffer)? {
            0 => break,
            read => total += read,
        }
    }
    let time = started.elapsed();
    anyhow::ensure!(total == BYTES, "the blob was not read completely");
    Ok(time)
}

/// Time to write and sync as many bytes without encryption.
fn write_and_sync(bytes: &[u8], folder: &TempDir) -> anyhow::Result<Duration> {
    let path = folder.path().join("plain");
    let started = Instant::now();
    let mut file = std::fs::File::create(&path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    let time = started.elapsed();
    std::fs::remove_file(path)?;
    Ok(time)
}

/// Time to encrypt the same chunks in place with the cipher alone.
fn aes_alone(plain: &[u8]) -> anyhow::Result<Duration> {
    let cipher = Aes256Gcm::new(&[3; 32].into());
    let mut chunks = plain.to_vec();
    let started = Instant::now();
    for (chunk, number) in chunks.chunks_mut(CHUNK).zip(0_u32..) {
        let mut nonce = [0; 12];
        nonce[..4].copy_from_slice(&number.to_be_bytes());
        cipher
            .encrypt_inout_detached(&Nonce::from(nonce), b"", chunk.into())
            .map_err(|_| anyhow::anyhow!("encryption failed"))?;
    }
    Ok(started.elapsed())
}

/// Time to encrypt the same chunks with the cipher alone from one buffer into another, as the format has to: it leaves the
/// plaintext as it is.
fn aes_into_another_buffer(plain: &[u8]) -> anyhow::Result<Duration> {
    let cipher = Aes256Gcm::new(&[3; 32].into());
    let mut encrypted = vec![1; plain.len()];
    let started = Instant::now();
    for ((from, to), number) in plain.chunks(CHUNK).zip(encrypted.chunks_mut(CHUNK)).zip(0_u32..) {
        let mut nonce = [0; 12];
        nonce[..4].copy_from_slice(&number.to_be_bytes());
        let buffer = InOutBuf::new(from, to).map_err(|_| anyhow::anyhow!("the buffers differ in length"))?;
        cipher
            .encrypt_inout_detached(&Nonce::from(nonce), b"", buffer)
            .map_err(|_| anyhow::anyhow!("encryption failed"))?;
    }
    Ok(started.elapsed())
}

fn best(times: &[Duration]) -> Duration {
    times.iter().min().copied().unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "a rate")]
fn rate(time: Duration) -> f64 {
    BYTES as f64 / 1e6 / time.as_secs_f64()
}
