use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn parts_cover_the_blob_once(size in 1_u64..20_000_000, part_size in 5_000_u32..9_000_000) {
        let Ok(layout) = PartLayout::new(size, part_size) else { return Ok(()) };
        let ranges: Vec<_> = (0..layout.count()).map(|number| layout.range(number).unwrap()).collect();
        prop_assert_eq!(ranges.first().unwrap().start, 0);
        prop_assert_eq!(ranges.last().unwrap().end, size);
        prop_assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start));
        prop_assert!(ranges.iter().all(|range| range.start < range.end));
        prop_assert_eq!(layout.range(layout.count()), None);
        let sum: u64 = (0..layout.count()).map(|number| u64::from(layout.length(number).unwrap())).sum();
        prop_assert_eq!(sum, size);
    }

    #[test]
    fn parts_of_a_range_hold_it_and_no_more(size in 1_u64..100_000, part_size in 50_u32..5_000, a: u64, b: u64) {
        let Ok(layout) = PartLayout::new(size, part_size) else { return Ok(()) };
        let (a, b) = (a % (size + 10), b % (size + 10));
        let parts = layout.parts_of(a..b);
        let needed = (0..layout.count()).filter(|number| {
            let range = layout.range(*number).unwrap();
            a < b && range.start < b && a < range.end
        });
        prop_assert_eq!(parts.collect::<Vec<_>>(), needed.collect::<Vec<_>>());
    }
}

#[test]
fn layout_at_the_limits() {
    let check = |size, part_size, expect| assert_eq!(PartLayout::new(size, part_size).map(|it| it.count()), expect);
    check(0, 1, Err(PartLayoutError::Empty));
    check(1, 0, Err(PartLayoutError::EmptyPart));
    check(4096, 1, Ok(4096));
    check(4097, 1, Err(PartLayoutError::TooMany));
    check(u64::MAX, u32::MAX, Err(PartLayoutError::TooMany));
    check(2 * 1024 * 1024 * 1024, SMALL_PART_BYTES, Ok(2185));
    check(u64::from(SMALL_PART_BYTES), SMALL_PART_BYTES, Ok(1));
    let layout = PartLayout::new(u64::from(u32::MAX) * 3, u32::MAX).unwrap();
    assert_eq!(layout.range(u32::MAX), None);
    assert_eq!(layout.length(2), Some(u32::MAX));
}

#[test]
fn digest_header_is_read_as_it_is_written() {
    let digest = PartDigest::of(b"hello world");
    // RFC 9530 gives this value in its appendix, for the same bytes.
    assert_eq!(digest.to_header(), "sha-256=:uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=:");
    assert_eq!(PartDigest::from_header(&digest.to_header()), Some(digest));
    for header in ["", "sha-256=::", "sha-256=:AAAA:", "sha-512=:AAAA:", "sha-256=uU0nuZNNPgilLlLX2n2r"] {
        assert_eq!(PartDigest::from_header(header), None, "{header}");
    }
}
