//! Ops on the wire: round trips, what is refused, and what is kept though it is not understood.

use alexandria_domain::{
    AnnotationId, CollectionId, DeviceId, Entity, Field, Hlc, Locator, Membership, NoteText, Op, OpId, PageArea,
    PageAreas, Point, PublicationId, Quad, Quote, Seen, Value,
};
use ciborium::Value as Cbor;
use proptest::prelude::*;

use super::*;

const ID: PublicationId = PublicationId::from_bytes([7; 16]);

fn op(entity: Entity, field: Field, value: Value) -> Op {
    let owner = entity.owner();
    let (id, device) = (OpId::from_bytes([1; 16]), DeviceId::from_bytes([2; 16]));
    Op { id, owner, entity, field, value, stamp: Hlc::from_u64(u64::MAX), device }
}

fn place() -> Value {
    let quad = Quad::from_corners([(-1, 2), (3, 4), (5, 6), (7, 8)].map(|(x, y)| Point { x, y }));
    let areas = PageAreas::new(vec![PageArea { page: 3, quads: vec![quad] }]).unwrap_or_default();
    Value::Place(Box::new(Locator {
        href: "a.xhtml".into(),
        media_type: "text/html".into(),
        title: Some("Ü".into()),
        progression: 0.5,
        total_progression: 1.0 / 3.0,
        position: 4,
        fragments: vec!["x".into()],
        areas,
        text: Quote { before: "b".into(), highlight: String::new(), after: "a".into() },
    }))
}

fn card() -> Card {
    Card {
        title: "Title".into(),
        authors: vec!["One".into(), "Two".into()],
        series: Some("Series".into()),
        language: Some("de".into()),
        format: "epub".into(),
        bytes: 123_456,
        cover: Some([3; 16]),
        file: Some([4; 16]),
        available: true,
    }
}

fn card_op(card: Option<Card>) -> WireOp {
    WireOp::card(OpId::from_bytes([1; 16]), DeviceId::from_bytes([2; 16]), Hlc::from_u64(9), ID, card.map(Box::new))
        .unwrap()
}

#[test]
fn ops_round_trip() {
    let publication = || Entity::Publication(ID);
    let annotation = || Entity::Annotation { id: AnnotationId::from_bytes([5; 16]), publication: ID };
    let seen = vec![Seen { device: DeviceId::from_bytes([6; 16]), stamp: Hlc::from_u64(7) }];
    let group = CollectionId::from_bytes([8; 16]);
    let note = NoteText { text: "*Who?*\n".into(), seen };
    let ops = [
        op(publication(), Field::Membership, Value::Membership(Membership::Shelf)),
        op(publication(), Field::Membership, Value::Membership(Membership::Bin)),
        op(publication(), Field::Membership, Value::Membership(Membership::Gone)),
        op(publication(), Field::Position(DeviceId::from_bytes([9; 16])), place()),
        op(publication(), Field::Title, Value::Text("ä\"\n".into())),
        op(publication(), Field::Title, Value::None),
        op(publication(), Field::SortTitle, Value::Text("Whale, The".into())),
        op(publication(), Field::Authors, Value::Texts(vec!["One".into(), "Two".into()])),
        op(publication(), Field::Series, Value::Texts(Vec::new())),
        op(publication(), Field::Language, Value::Text(String::new())),
        op(publication(), Field::Description, Value::Text("About.".into())),
        op(publication(), Field::Published, Value::Text("1851".into())),
        op(publication(), Field::Tag("sea".into()), Value::Flag(true)),
        op(publication(), Field::Rating, Value::Integer(-4)),
        op(publication(), Field::Status, Value::Text("reading".into())),
        op(publication(), Field::Collection(group), Value::Flag(true)),
        op(Entity::Collection(group), Field::Name, Value::Text("Holidays".into())),
        op(Entity::Collection(group), Field::Query, Value::Text("tag:sea".into())),
        op(Entity::Collection(group), Field::Deleted, Value::Flag(true)),
        op(Entity::Settings, Field::Setting("theme".into()), Value::Text("dark".into())),
        op(annotation(), Field::Kind, Value::Text("highlight".into())),
        op(annotation(), Field::Anchor, place()),
        op(annotation(), Field::Colour, Value::Text("green".into())),
        op(annotation(), Field::Style, Value::Text("underline".into())),
        op(annotation(), Field::Note, Value::Note(note)),
        op(annotation(), Field::Tag("a, b".into()), Value::Flag(false)),
        op(annotation(), Field::Deleted, Value::Flag(true)),
        op(annotation(), Field::Origin, Value::Text("koreader:1".into())),
    ];
    let mut wire: Vec<WireOp> = ops.iter().map(|op| WireOp::of(op).unwrap()).collect();
    for (wire, op) in wire.iter().zip(ops) {
        assert_eq!(wire.content, Content::Op(op));
    }
    wire.extend([card_op(Some(card())), card_op(None)]);
    let mut writer = PayloadWriter::default();
    assert!(wire.iter().all(|op| writer.push(op)));
    assert_eq!(read(&writer.finish()), Ok(wire));
}

#[test]
fn value_that_only_its_bytes_express_is_not_encoded() {
    let unknown = op(Entity::Settings, Field::Setting("x".into()), Value::Unknown(vec![1]));
    assert_eq!(WireOp::of(&unknown), Err(CborError::Unencodable));
}

type CborMap = Vec<(Cbor, Cbor)>;

/// The op of `card_op` with its map changed.
fn changed(change: impl Fn(&mut Vec<(Cbor, Cbor)>)) -> Result<WireOp, CborError> {
    let mut value: Cbor = ciborium::from_reader(card_op(Some(card())).as_bytes()).unwrap();
    change(value.as_map_mut().unwrap());
    let mut bytes = Vec::new();
    ciborium::into_writer(&value, &mut bytes).unwrap();
    let op = WireOp::decode(&bytes)?;
    assert_eq!(op.as_bytes(), bytes, "an op keeps its bytes");
    Ok(op)
}

#[test]
fn ops_of_later_versions_are_unknown_and_keep_their_bytes() {
    let check = |what: &str, change: &dyn Fn(&mut CborMap)| {
        let op = changed(change).unwrap();
        assert_eq!((op.content, op.owner, op.stamp), (Content::Unknown, Some(ID), Hlc::from_u64(9)), "{what}");
    };
    check("another part", &|map| map.push((Cbor::from(7), Cbor::from(1))));
    check("another entity", &|map| map[4].1 = Cbor::Array(vec![Cbor::from(99), Cbor::from("note")]));
    check("an entity that is no list", &|map| map[4].1 = Cbor::from("note"));
    check("another field", &|map| map[5].1 = Cbor::Array(vec![Cbor::from(99)]));
    check("another kind of value", &|map| map[6].1 = Cbor::Array(vec![Cbor::from(99), Cbor::from(1)]));
    check("another part of a card", &|map| {
        map[6].1.as_map_mut().unwrap().push((Cbor::from(99), Cbor::from(1)));
    });
    check("no field at all", &|map| drop(map.remove(5)));
}

#[test]
fn what_is_an_op_of_no_version_is_refused() {
    let check = |what: &str, change: &dyn Fn(&mut CborMap)| {
        assert_eq!(changed(change).map(|_| ()), Err(CborError::Shape), "{what}");
    };
    check("no id", &|map| drop(map.remove(0)));
    check("short author", &|map| map[1].1 = Cbor::Bytes(vec![1; 15]));
    check("negative stamp", &|map| map[2].1 = Cbor::from(-1));
    check("owner that is none", &|map| map[3].1 = Cbor::from(1));
    check("a part twice", &|map| map.push(map[0].clone()));
    check("a key that is no number", &|map| map.push((Cbor::from("x"), Cbor::from(1))));
    assert_eq!(WireOp::decode(&[]), Err(CborError::Syntax));
    assert_eq!(WireOp::decode(&[0x80]), Err(CborError::Shape));
    let two = [card_op(None).as_bytes(), &[0]].concat();
    assert_eq!(WireOp::decode(&two), Err(CborError::Syntax));
    assert_eq!(WireOp::decode(&[0x81; 100_000]), Err(CborError::Syntax), "nesting is limited");
}

#[test]
fn payload_reports_what_is_wrong_with_it() {
    let check = |bytes: &[u8], expect: PayloadError| assert_eq!(read(bytes), Err(expect), "{bytes:?}");
    check(&[], PayloadError::Truncated);
    check(&[2], PayloadError::Format(2));
    check(&[1, 1, 0, 0], PayloadError::Truncated);
    check(&[1, 2, 0, 0, 0, 0x80], PayloadError::Truncated);
    check(&[1, 255, 255, 255, 255, 0], PayloadError::Truncated);
    check(&[1, 1, 0, 0, 0, 0x80], PayloadError::Op(CborError::Shape));
    assert_eq!(read(&[1]), Ok(Vec::new()));
}

#[test]
fn full_payload_takes_no_more_and_the_largest_op_fits_alone() {
    let with_text = |chars: usize| {
        let text = Value::Text("x".repeat(chars));
        WireOp::of(&op(Entity::Settings, Field::Setting("x".into()), text)).unwrap()
    };
    let overhead = with_text(100_000).as_bytes().len() - 100_000;
    let largest = with_text(MAX_OP_BYTES - overhead);
    assert_eq!(largest.as_bytes().len(), MAX_OP_BYTES);
    let mut writer = PayloadWriter::default();
    assert!(writer.push(&largest));
    assert!(!writer.push(&with_text(1)));
    assert_eq!(writer.finish().len(), MAX_PAYLOAD_BYTES);
    assert!(!PayloadWriter::default().push(&with_text(MAX_OP_BYTES - overhead + 1)));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(op) = WireOp::decode(&bytes) {
            prop_assert_eq!(op.as_bytes(), bytes.as_slice());
        }
        let _ = read(&bytes).is_ok();
        let _ = read(&[&[1, 9, 0, 0, 0], bytes.as_slice()].concat()).is_ok();
    }
}
