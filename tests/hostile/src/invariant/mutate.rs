//! Mutations of a valid file: arbitrary bytes would not get past its header.

/// Applies mutations of six bytes each: the operation, the place (three bytes, scaled), a length, and a value.
pub(super) fn mutate(original: &[u8], mutations: &[u8]) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for &[operation, high, middle, low, length, value] in mutations.as_chunks::<6>().0.iter().take(8) {
        let place = u64::from(u32::from_be_bytes([0, high, middle, low]));
        let at = usize::try_from((place * bytes.len() as u64) >> 24).unwrap_or(0);
        let end = bytes.len().min(at + usize::from(length) + 1);
        match operation % 6 {
            0 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= value),
            1 => bytes.insert(at, value),
            2 => drop(bytes.drain(at..end)),
            3 => bytes.truncate(at),
            4 => bytes.extend(std::iter::repeat_n(value, usize::from(length))),
            _ => {
                let copy = bytes.get(at..end).unwrap_or_default().to_vec();
                bytes.splice(at..at, copy);
            }
        }
    }
    bytes
}
