use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::account::EventKind;
use super::auth::{FactorKind, SecondFactor};
use super::blobs::{BlobKind, PartRun};
use super::keys;
use super::meta::{Meta, Registration, Transfer};
use crate::base64::Base64Bytes;
use crate::limits::Limits;

fn meta() -> Meta {
    Meta {
        protocol_min: 1,
        protocol_max: 2,
        version: "0.1.0".into(),
        server_time_ms: 1,
        registration: Registration::Invitation,
        confirms_email: false,
        transfer: Transfer::Proxied,
        part_bytes: crate::blob::SMALL_PART_BYTES,
        single_sign_on: None,
        limits: Limits::default(),
    }
}

fn round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value, "{json}");
}

#[test]
fn values_are_read_as_they_are_written() {
    round_trip(&meta());
    round_trip(&Limits { quota_bytes: Some(5), ..Limits::default() });
    round_trip(&Base64Bytes::from(vec![0, 255, 3, 4, 5]));
    round_trip(&BlobKind::Cover);
}

#[test]
fn values_of_a_newer_program_are_read() {
    let mut json = serde_json::to_value(meta()).unwrap();
    json["new"] = serde_json::json!({"a": 1});
    json["limits"]["new"] = serde_json::json!(5);
    json["limits"].as_object_mut().unwrap().remove("devices");
    assert_eq!(serde_json::from_value::<Meta>(json).unwrap(), meta());
    assert_eq!(serde_json::from_str::<EventKind>("\"comet\"").unwrap(), EventKind::Unknown);
    assert_eq!(serde_json::from_str::<FactorKind>("\"voice\"").unwrap(), FactorKind::Unknown);
}

#[test]
fn protocol_is_the_one_that_both_know() {
    let check = |protocol_min, protocol_max, expect| {
        assert_eq!(Meta { protocol_min, protocol_max, ..meta() }.common_protocol(), expect);
    };
    check(1, 1, Some(1));
    check(1, 2, Some(1));
    check(2, 3, None);
    check(0, 0, None);
}

#[test]
fn part_runs_are_the_numbers_that_they_were_made_of() {
    let check = |parts: &[u32], expect: usize| {
        let runs = PartRun::of(parts.iter().copied());
        assert_eq!(runs.len(), expect);
        assert_eq!(runs.iter().flat_map(PartRun::numbers).collect::<Vec<_>>(), parts);
    };
    check(&[], 0);
    check(&[0, 1, 2], 1);
    check(&[0, 2, 3, 7], 3);
    check(&[u32::MAX - 1], 1);
}

#[test]
fn base64_has_one_text() {
    for text in ["AAA", "AAB=", "A A=", "_-8=", "====", "AA==\n"] {
        assert!(serde_json::from_value::<Base64Bytes>(text.into()).is_err(), "{text}");
    }
}

#[test]
fn key_bundle_version_is_its_etag() {
    assert_eq!(keys::version_of_etag(&keys::etag(17)), Some(17));
    for etag in ["17", "\"017\"", "\"+17\"", "W/\"17\"", "\"\"", "*", "\""] {
        assert_eq!(keys::version_of_etag(etag), None, "{etag}");
    }
}

#[test]
fn second_factor_does_not_print() {
    let factor = SecondFactor::Totp { code: "123456".into() };
    assert_eq!(format!("{factor:?}"), "Totp(…)");
    assert_eq!(serde_json::to_string(&factor).unwrap(), r#"{"kind":"totp","code":"123456"}"#);
}
