use std::collections::BTreeSet;

use super::*;

#[test]
fn no_route_is_there_twice() {
    let mut seen = BTreeSet::new();
    for route in ALL {
        assert!(seen.insert((format!("{:?}", route.method), route.template)), "{route:?}");
        assert!(route.template.starts_with("/v1/"), "{route:?}");
    }
}

#[test]
fn path_is_its_template_filled_in() {
    let id = BlobId::from_bytes([0xab; 16]);
    let hex = "ab".repeat(16);
    assert_eq!(blob_part(id, 12), format!("/v1/blobs/{hex}/parts/12"));
    assert_eq!(path::BLOB_PART, "/v1/blobs/{id}/parts/{part}");
    assert_eq!(meta(), path::META);
}
