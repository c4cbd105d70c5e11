//! Several frames in one body, one directly after the other.

use super::{Frame, FrameError, HEADER_BYTES, MAX_FRAME_BYTES};

/// Most frames in one push.
pub const MAX_FRAMES: usize = 500;
/// Most bytes in one push. Under 1 MB (10^6), where the strictest common proxy begins to refuse bodies.
pub const MAX_BYTES: usize = 1_000_000;

/// Why a body is no batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// A frame is malformed.
    #[error("frame {index} of the batch: {error}")]
    Frame {
        /// Number of the frame in the batch, from 0.
        index: usize,
        /// What is wrong with it.
        #[source]
        error: FrameError,
    },
    /// More than [`MAX_FRAMES`].
    #[error("a batch has at most {MAX_FRAMES} frames")]
    TooMany,
    /// More than [`MAX_BYTES`].
    #[error("a batch has at most {MAX_BYTES} bytes")]
    TooLong,
}

/// Collects frames for one push.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    frames: usize,
}

impl Batch {
    /// Appends a frame if it fits; whether it did. Any frame fits into an empty batch.
    #[must_use = "a frame that does not fit belongs to the next batch"]
    pub fn push(&mut self, frame: &Frame) -> bool {
        let fits = self.frames < MAX_FRAMES && self.bytes.len().saturating_add(frame.as_bytes().len()) <= MAX_BYTES;
        if fits {
            self.bytes.extend_from_slice(frame.as_bytes());
            self.frames += 1;
        }
        fits
    }

    /// Number of frames.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.frames
    }

    /// Whether there are no frames.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.frames == 0
    }

    /// The body.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads a complete body of at most [`MAX_FRAMES`] frames and [`MAX_BYTES`] bytes.
///
/// # Errors
/// See [`BatchError`]. Of a batch with a malformed frame, nothing is returned.
pub fn decode(mut bytes: &[u8]) -> Result<Vec<Frame>, BatchError> {
    if bytes.len() > MAX_BYTES {
        return Err(BatchError::TooLong);
    }
    let mut frames = Vec::new();
    while !bytes.is_empty() {
        if frames.len() == MAX_FRAMES {
            return Err(BatchError::TooMany);
        }
        let (frame, tail) =
            Frame::decode_prefix(bytes).map_err(|error| BatchError::Frame { index: frames.len(), error })?;
        frames.push(frame);
        bytes = tail;
    }
    Ok(frames)
}

/// Reads frames from a body that arrives in pieces. Buffers at most one frame, besides the piece it was last given.
#[derive(Debug, Default)]
pub struct StreamDecoder {
    buffer: Vec<u8>,
    /// Where in `buffer` the next frame begins.
    at: usize,
}

impl StreamDecoder {
    /// Appends what arrived. Take all frames with [`Self::next_frame`] before the next call, or the buffer grows.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.at);
        self.at = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next complete frame; `None` if more bytes are needed.
    ///
    /// # Errors
    /// If what arrived cannot become a frame. The stream has to be given up then: where the next frame begins is unknown.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, FrameError> {
        let available = self.buffer.get(self.at..).unwrap_or_default();
        match Frame::decode_prefix(available) {
            Ok((frame, _)) => {
                self.at += frame.as_bytes().len();
                Ok(Some(frame))
            }
            // A header that announces too much is refused as such, so waiting ends within one frame.
            Err(FrameError::Truncated) if available.len() < MAX_FRAME_BYTES => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Says that the body ended.
    ///
    /// # Errors
    /// [`FrameError::Truncated`] if it ended inside a frame.
    pub fn finish(self) -> Result<(), FrameError> {
        if self.buffer.len() == self.at { Ok(()) } else { Err(FrameError::Truncated) }
    }
}

/// A frame without ciphertext would still have this many bytes, so a body of n bytes has at most n divided by this many.
const _: () = assert!(HEADER_BYTES > 0 && MAX_FRAME_BYTES < MAX_BYTES);

#[cfg(test)]
mod tests;
