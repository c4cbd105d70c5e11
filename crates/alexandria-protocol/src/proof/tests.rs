use super::*;
use crate::frame::RecordHash;
use crate::ids::StreamId;
use crate::samples;

fn proof<'a>() -> DeviceProof<'a> {
    DeviceProof {
        purpose: Purpose::Session,
        origin: "https://sync.example.org",
        account: samples::account(),
        device: samples::device(1),
        nonce: Nonce::from_bytes([5; 32]),
    }
}

#[test]
fn proof_holds_for_what_was_signed_only() {
    let (key, public) = (samples::key(1), samples::key(1).public_key());
    let signature = proof().sign(&key);
    proof().verify(&public, &signature).unwrap();
    let others = [
        DeviceProof { purpose: Purpose::Erasure, ..proof() },
        DeviceProof { origin: "https://sync.example.com", ..proof() },
        DeviceProof { origin: "https://sync.example.or", ..proof() },
        DeviceProof { account: AccountId::from_bytes([0; 16]), ..proof() },
        DeviceProof { device: samples::device(2), ..proof() },
        DeviceProof { nonce: Nonce::from_bytes([6; 32]), ..proof() },
    ];
    for other in others {
        assert!(other.verify(&public, &signature).is_err(), "{other:?}");
    }
    assert!(proof().verify(&samples::key(2).public_key(), &signature).is_err());
}

#[test]
fn snapshot_statement_does_not_depend_on_the_order_of_heads() {
    let head = |device, seq| Head {
        device: samples::device(device),
        stream: StreamId::LIBRARY,
        seq,
        hash: RecordHash::from_bytes([device; 32]),
    };
    let statement = |covered| SnapshotStatement {
        account: samples::account(),
        snapshot: SnapshotId::from_bytes([1; 16]),
        device: samples::device(1),
        blob: BlobId::from_bytes([2; 16]),
        key_epoch: 3,
        covered,
    };
    let (key, public) = (samples::key(1), samples::key(1).public_key());
    let (one, other, changed) = ([head(1, 4), head(2, 9)], [head(2, 9), head(1, 4)], [head(1, 5), head(2, 9)]);
    let signature = statement(&one).sign(&key);
    statement(&other).verify(&public, &signature).unwrap();
    assert!(statement(&changed).verify(&public, &signature).is_err());
    assert!(statement(&one[..1]).verify(&public, &signature).is_err());
    assert!(SnapshotStatement { key_epoch: 4, ..statement(&one) }.verify(&public, &signature).is_err());
    assert!(
        SnapshotStatement { blob: BlobId::from_bytes([3; 16]), ..statement(&one) }.verify(&public, &signature).is_err()
    );
}
