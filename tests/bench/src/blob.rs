//! Blob throughput against AES-256-GCM alone on the same bytes.

use std::io::{Cursor, Read, Write};
use std::time::{Duration, Instant};

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use alexandria_crypto::blob::{BlobReader, BlobWriter};
use alexandria_crypto::keys::KeyRing;

use crate::figures::table;

const BYTES: usize = 64 << 20;
const CHUNK: usize = 64 << 10;
const ROUNDS: usize = 5;

pub(crate) fn run() -> anyhow::Result<()> {
    let plain = vec![0x5a_u8; BYTES];
    let keys = KeyRing::generate()?;
    let id = [7; 16];
    let (mut alone, mut write, mut read) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(aes_alone(&plain)?);
        let begun = Instant::now();
        let mut writer = BlobWriter::new(Vec::with_capacity(BYTES + (1 << 20)), &keys.blobs, &id)?;
        writer.write_all(&plain)?;
        let sealed = writer.finish()?;
        write.push(begun.elapsed());
        let begun = Instant::now();
        let mut reader = BlobReader::open(Cursor::new(sealed), &keys.blobs, &id)?;
        let mut buffer = vec![0; 1 << 20];
        let mut total = 0;
        loop {
            match reader.read(&mut buffer)? {
                0 => break,
                read => total += read,
            }
        }
        read.push(begun.elapsed());
        anyhow::ensure!(total == BYTES, "the blob was not read whole");
    }
    let reference = best(&alone);
    let row = |name: &str, times: &[Duration]| {
        let time = best(times);
        vec![name.to_owned(), format!("{:.0}", rate(time)), format!("{:.2}", rate(time) / rate(reference))]
    };
    let rows = [row("AES-256-GCM alone, in place", &alone), row("blob write", &write), row("blob read", &read)];
    table(&["64 MB, one core", "MB/s", "ratio"], &rows);
    Ok(())
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
