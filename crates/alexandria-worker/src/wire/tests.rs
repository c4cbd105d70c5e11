//! What is written is read again; what others write does no harm.

use alexandria_domain::{Block, BlockKind, Cover, Format, Identifier, Metadata, Section, Series, TocEntry};
use alexandria_extract::{Defect, ExtractError, Extracted, ForeignFormat, LimitKind, Limits, ProtectionScheme};
use proptest::prelude::*;

use super::*;
use crate::sandbox::{Enforcement, Layers};

fn encoded(result: &Result<Extracted, ExtractError>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_result(result, &mut bytes).unwrap();
    bytes
}

fn decoded(bytes: &[u8], limits: &Limits) -> Result<Result<Extracted, ExtractError>, DecodeError> {
    read_result(&mut &*bytes, limits)
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("\\PC{0,20}", 0..4)
}

fn metadata() -> impl Strategy<Value = Metadata> {
    let optional = || prop::option::of("\\PC{0,20}");
    let series = prop::option::of(("\\PC{0,20}", optional()).prop_map(|(name, position)| Series { name, position }));
    let identifiers = prop::collection::vec(
        ("[a-z]{0,5}", "\\PC{0,20}").prop_map(|(scheme, value)| Identifier { scheme, value }),
        0..3,
    );
    let lists = (texts(), texts(), identifiers);
    (("\\PC{0,20}", "[a-z]{0,3}"), lists, series, (optional(), optional(), optional()), any::<bool>()).prop_map(
        |((title, language), (authors, subjects, identifiers), series, (publisher, published, description), rtl)| {
            Metadata {
                title,
                authors,
                language,
                identifiers,
                series,
                publisher,
                published,
                subjects,
                description,
                right_to_left: rtl,
            }
        },
    )
}

fn toc() -> impl Strategy<Value = Vec<TocEntry>> {
    let entry = |children| {
        ("\\PC{1,20}", prop::option::of("0(#[a-z]{1,3})?"), children).prop_map(|(label, href, children)| TocEntry {
            label,
            href,
            children,
        })
    };
    let leaf = entry(Just(Vec::new()).boxed());
    let tree = leaf.prop_recursive(4, 20, 3, move |inner| entry(prop::collection::vec(inner, 0..3).boxed()));
    prop::collection::vec(tree, 0..4)
}

fn sections() -> impl Strategy<Value = Vec<Section>> {
    let kind = prop_oneof![Just(BlockKind::Text), Just(BlockKind::Note), (1..=6_u8).prop_map(BlockKind::Heading)];
    let block = ("[a-zä鯨]{1,9}( [a-z]{1,9}){0,3}", kind).prop_map(|(text, kind)| Block { text, kind });
    let section = (texts(), any::<bool>(), prop::collection::vec(block, 0..5));
    prop::collection::vec(section, 1..4).prop_map(|sections| {
        let section = |(number, (toc_path, linear, blocks)): (usize, (Vec<String>, bool, Vec<Block>))| Section {
            href: number.to_string(),
            media_type: "application/xhtml+xml".to_owned(),
            toc_path,
            linear,
            blocks,
        };
        sections.into_iter().enumerate().map(section).collect()
    })
}

fn extracted() -> impl Strategy<Value = Extracted> {
    let cover =
        prop::option::of(prop::collection::vec(any::<u8>(), 0..50).prop_map(|tail| Cover {
            media_type: "image/gif".to_owned(),
            bytes: [b"GIF89a", tail.as_slice()].concat(),
        }));
    (metadata(), toc(), sections(), cover).prop_map(|(metadata, toc, sections, cover)| Extracted {
        format: Format::Epub,
        metadata,
        toc,
        sections,
        cover,
    })
}

proptest! {
    #[test]
    fn result_survives_the_wire(extracted in extracted()) {
        let read = decoded(&encoded(&Ok(extracted.clone())), &Limits::default());
        prop_assert_eq!(read.unwrap().unwrap(), extracted);
    }

    /// Every prefix of a result is incomplete, never another result.
    #[test]
    fn result_that_ends_early_is_truncated(extracted in extracted(), cut in any::<prop::sample::Index>()) {
        let bytes = encoded(&Ok(extracted));
        let cut = cut.index(bytes.len());
        prop_assert!(matches!(decoded(&bytes[..cut], &Limits::default()), Err(DecodeError::Truncated)));
    }

    #[test]
    fn modified_result_never_exceeds_the_limits(
        extracted in extracted(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = encoded(&Ok(extracted));
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let limits = Limits { sections: 2, blocks: 4, text_bytes: 40, cover_bytes: 20, ..Limits::default() };
        if let Ok(Ok(read)) = decoded(&bytes, &limits) {
            prop_assert_eq!(alexandria_extract::violation(&read, &limits), None);
        }
    }

    #[test]
    fn arbitrary_bytes_are_no_reason_to_panic(bytes: Vec<u8>) {
        let _ = decoded(&bytes, &Limits::default());
        let _ = read_greeting(&mut &*bytes);
    }
}

#[test]
fn every_error_survives_the_wire() {
    let check = |error: ExtractError| {
        let expect = format!("{error:?}");
        let read = decoded(&encoded(&Err(error)), &Limits::default()).unwrap().unwrap_err();
        assert_eq!(format!("{read:?}"), expect);
    };
    Defect::ALL.iter().for_each(|what| check(ExtractError::Malformed { what: *what }));
    ProtectionScheme::ALL.iter().for_each(|scheme| check(ExtractError::Protected { scheme: *scheme }));
    LimitKind::ALL.iter().for_each(|what| check(ExtractError::Limit { what: *what, limit: u64::MAX }));
    ForeignFormat::ALL.iter().for_each(|format| check(ExtractError::Unsupported { format: *format }));
    check(ExtractError::UnsupportedFormat);
    check(ExtractError::NotFound);
    check(ExtractError::Io(std::io::Error::from_raw_os_error(5)));
    check(ExtractError::Io(std::io::ErrorKind::UnexpectedEof.into()));
}

#[test]
fn large_result_takes_many_frames() {
    let block = Block { text: "x".repeat(30_000), kind: BlockKind::Text };
    let section = Section {
        href: "0".to_owned(),
        media_type: "application/xhtml+xml".to_owned(),
        blocks: vec![block; 100],
        ..Section::default()
    };
    let extracted = Extracted {
        format: Format::Epub,
        metadata: Metadata::default(),
        toc: Vec::new(),
        sections: vec![section],
        cover: Some(Cover { media_type: "image/gif".to_owned(), bytes: [&b"GIF89a"[..], &[0; 1 << 20]].concat() }),
    };
    let bytes = encoded(&Ok(extracted.clone()));
    assert_eq!(decoded(&bytes, &Limits::default()).unwrap().unwrap(), extracted);
    let check = |limits: Limits, expect: &str| {
        let error = decoded(&bytes, &limits).unwrap_err().to_string();
        assert_eq!(error, format!("the output is invalid: {expect}"));
    };
    check(Limits { text_bytes: 2_999_999, ..Limits::default() }, "too much text");
    check(Limits { blocks: 99, ..Limits::default() }, "too much text");
    check(Limits { sections: 0, ..Limits::default() }, "too many sections");
    check(Limits { cover_bytes: 1 << 20, ..Limits::default() }, "the cover is too large");
}

#[test]
fn greeting_survives_the_wire() {
    for landlock in [Enforcement::None, Enforcement::Partial, Enforcement::Full] {
        let layers = Layers { landlock, seccomp: true, limits: landlock == Enforcement::None };
        let mut bytes = Vec::new();
        write_greeting(layers, &mut bytes).unwrap();
        let greeting = read_greeting(&mut bytes.as_slice()).unwrap();
        assert_eq!(greeting, Greeting { version: VERSION.to_owned(), layers });
        bytes.pop();
        assert!(matches!(read_greeting(&mut bytes.as_slice()), Err(DecodeError::Truncated)));
    }
    assert!(matches!(read_greeting(&mut &b"#!/bin/sh"[..]), Err(DecodeError::Invalid(_))));
}
