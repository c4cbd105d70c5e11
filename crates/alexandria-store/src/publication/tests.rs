//! Writing, listing and purging publications.

use std::panic::{AssertUnwindSafe, catch_unwind};

use alexandria_crypto::passphrase::Passphrase;
use alexandria_domain::op::Membership;
use alexandria_domain::{
    AnnotationId, Block, BlockKind, Entity, Field, Format, Identifier, Metadata, Op, Passage, PublicationId, Query,
    Section, Series, TocEntry, Value,
};

use super::insert;
use crate::fixture::{Shelf, id, insert as put, membership, metadata, op};
use crate::{EmbeddedCount, FilePassword, InsertError, NewPublication, PreparedPassage, Renamed, Scope, Store};

fn section(href: &str, texts: &[&str], toc_path: &[&str]) -> Section {
    Section {
        href: href.into(),
        media_type: "text/html".into(),
        toc_path: toc_path.iter().map(|label| (*label).to_owned()).collect(),
        linear: href != "notes",
        blocks: texts.iter().map(|text| Block { text: (*text).to_owned(), kind: BlockKind::Text }).collect(),
    }
}

fn passage(section: u32, start: u32, text: &str) -> PreparedPassage {
    PreparedPassage::new(Passage { section, start, text: text.into(), heading_path: vec!["H".into()], tokens: 3 })
}

fn total(store: &Store, query: &str) -> u64 {
    store.search(&Query::parse(query).unwrap(), &Scope::default(), 10, 0).unwrap().total
}

#[test]
fn inserted_publication_round_trips() {
    let shelf = Shelf::new();
    let metadata = Metadata {
        title: "Title".into(),
        authors: vec!["A".into(), "B".into()],
        language: "en".into(),
        identifiers: vec![Identifier { scheme: "isbn".into(), value: "978".into() }],
        series: Some(Series { name: "S".into(), position: Some("1.5".into()) }),
        publisher: Some("P".into()),
        published: Some("1851".into()),
        subjects: vec!["sea".into()],
        description: Some("About".into()),
        right_to_left: true,
    };
    let toc = [TocEntry {
        label: "Part".into(),
        href: None,
        children: vec![TocEntry { label: "One".into(), href: Some("one#a".into()), children: Vec::new() }],
    }];
    let sections = [
        section("one", &["first é", "second"], &["Part", "One"]),
        section("empty", &[], &[]),
        section("notes", &["note"], &[]),
    ];
    let passages = [passage(0, 0, "first é"), passage(0, 8, "second"), passage(2, 0, "note")];
    let new = NewPublication {
        id: id(7),
        metadata: &metadata,
        format: Format::Markdown,
        toc: &toc,
        cover_media_type: None,
        sections: &sections,
        passages: &passages,
        byte_size: 1 << 40,
        added_ms: 1_700_000_000_000,
        password: None,
        op: &membership(1, 7, Membership::Shelf),
    };
    let row = shelf.store.insert_publication(&new).unwrap();
    let record = shelf.store.publication(&id(7)).unwrap().unwrap();
    assert_eq!(record.metadata, metadata);
    assert_eq!((record.row, record.format, record.has_cover), (row, Format::Markdown, false));
    assert_eq!((record.sections, record.passages, record.embedded), (3, 3, 0));
    assert_eq!((record.byte_size, record.added_ms), (1 << 40, 1_700_000_000_000));
    assert_eq!(shelf.store.publication_by_row(row).unwrap().unwrap(), record);
    let listed = shelf.store.publications(Membership::Shelf).unwrap();
    assert_eq!(listed[0].metadata, Metadata { description: None, ..metadata });
    assert_eq!(shelf.store.toc(row).unwrap(), Some(toc.to_vec()));
    assert_eq!(shelf.store.toc(row + 1).unwrap(), None);

    let stored = shelf.store.sections(row).unwrap();
    assert_eq!(stored.iter().map(|s| s.place.href.as_str()).collect::<Vec<_>>(), ["one", "empty", "notes"]);
    assert_eq!((stored[0].title.as_deref(), stored[1].title.as_deref()), (Some("One"), None));
    assert_eq!(stored.iter().map(|s| s.linear).collect::<Vec<_>>(), [true, true, false]);
    let place = &stored[2].place;
    assert_eq!((place.chars, place.chars_before, place.positions_before, place.total_chars), (4, 14, 2, 18));

    let texts = |passages: Vec<crate::PassageRecord>| passages.into_iter().map(|p| p.text).collect::<Vec<_>>();
    assert_eq!(texts(shelf.store.passages_of_section(row, 0).unwrap()), ["first é", "second"]);
    assert_eq!(texts(shelf.store.passages_of_section(row, 1).unwrap()), [""; 0]);
    assert_eq!(texts(shelf.store.passages_of_section(row, 2).unwrap()), ["note"]);
    assert_eq!(texts(shelf.store.passages_of_section(row, 3).unwrap()), [""; 0]);
    assert_eq!(texts(shelf.store.passages_from(row, 1, 1).unwrap()), ["second"]);
    let all = shelf.store.passages_from(row, 0, 100).unwrap();
    assert_eq!((all[1].start, all[1].section, all[1].tokens), (8, 0, 3));
    let ids = [all[2].id, all[0].id, alexandria_domain::PassageId::from_i64(5)];
    assert_eq!(texts(shelf.store.passages(&ids).unwrap()), ["note", "first é"]);
}

#[test]
fn insert_rejects_a_duplicate() {
    let shelf = Shelf::of(&["sea"]);
    let again = |store: &Store| match put(store, 1, &["sea"]) {
        Err(InsertError::Duplicate { membership }) => Some(membership),
        _ => None,
    };
    assert_eq!(again(&shelf.store), Some(Membership::Shelf));
    shelf.store.apply(&[membership(9, 1, Membership::Bin)]).unwrap();
    assert_eq!(again(&shelf.store), Some(Membership::Bin));
    assert_eq!(shelf.store.totals().unwrap().binned, 1);
}

#[test]
fn find_publications_accepts_abbreviated_ids() {
    let shelf = Shelf::new();
    for number in [0x1a, 0x1b, 0x2c] {
        put(&shelf.store, number, &[]).unwrap();
    }
    let check = |prefix: &str, expect: usize| {
        assert_eq!(shelf.store.find_publications(prefix).unwrap().len(), expect, "{prefix}");
    };
    check("", 3);
    check("1", 2);
    check("1A", 1);
    check("1a1a1", 1);
    check("3", 0);
    check("%", 0);
    check("1a'", 0);
}

#[test]
fn interrupted_insert_leaves_nothing() {
    let shelf = Shelf::of(&["sea"]);
    let before = shelf.store.totals().unwrap();
    let (metadata, op) = (metadata("Two"), membership(2, 2, Membership::Shelf));
    let passages = [passage(0, 0, "whale")];
    let new = NewPublication {
        id: id(2),
        metadata: &metadata,
        format: Format::Epub,
        toc: &[],
        cover_media_type: None,
        sections: &[section("one", &["whale"], &[])],
        passages: &passages,
        byte_size: 1,
        added_ms: 1,
        password: None,
        op: &op,
    };
    let broken = catch_unwind(AssertUnwindSafe(|| {
        shelf.store.write(|transaction| -> Result<(), InsertError> {
            insert::insert_all(transaction, &new)?;
            panic!("the power goes")
        })
    }));
    assert!(broken.is_err());
    let check = |shelf: &Shelf| {
        assert_eq!(shelf.store.totals().unwrap(), before);
        assert_eq!((total(&shelf.store, "whale"), total(&shelf.store, "sea")), (0, 1));
        assert!(shelf.store.publication(&id(2)).unwrap().is_none());
        assert_eq!(shelf.store.check().unwrap().problems, Vec::<String>::new());
    };
    check(&shelf);
    let shelf = shelf.reopen();
    check(&shelf);
    // And nothing stands in the way of a second try.
    shelf.store.insert_publication(&new).unwrap();
    assert_eq!(total(&shelf.store, "whale"), 1);
}

#[test]
fn purge_leaves_the_tombstone_only() {
    let shelf = Shelf::of(&["sea whale qzcanary"]);
    put(&shelf.store, 2, &["sea"]).unwrap();
    let in_index = || -> bool {
        let query = "SELECT count(*) FROM passage_terms_data WHERE instr(block, CAST('zcanari' AS BLOB))";
        let blocks: i64 = shelf.store.read(|connection| connection.query_row(query, [], |row| row.get(0))).unwrap();
        blocks > 0
    };
    assert!(in_index());
    shelf.store.set_thumbnail(1, b"picture").unwrap();
    assert_eq!(shelf.store.thumbnail(1).unwrap().as_deref(), Some(&b"picture"[..]));
    shelf.store.apply(&[membership(9, 1, Membership::Gone)]).unwrap();
    assert_eq!((total(&shelf.store, "sea"), total(&shelf.store, "whale")), (1, 0));
    assert!(shelf.store.purge(&id(1)).unwrap());
    assert!(!shelf.store.purge(&id(1)).unwrap());
    shelf.store.maintenance().unwrap();
    assert!(!in_index(), "the index forgets the words, too");
    let rows = |table: &str| -> i64 {
        let query = format!("SELECT count(*) FROM {table}");
        shelf.store.read(|connection| connection.query_row(&query, [], |row| row.get(0))).unwrap()
    };
    for table in ["publication", "publication_detail", "section", "passage", "passage_terms_docsize"] {
        assert_eq!(rows(table), 1, "{table}");
    }
    assert_eq!((rows("thumbnail"), rows("op")), (0, 2));
    assert_eq!(total(&shelf.store, "sea"), 1);
    // A new publication never gets the old row; the vector index may still hold vectors under it.
    assert_eq!(put(&shelf.store, 3, &[]).unwrap(), 3);
    // Nothing happens to what is gone.
    shelf.store.set_thumbnail(1, b"x").unwrap();
    shelf.store.mark_embedded(1, 1).unwrap();
    assert_eq!(rows("thumbnail"), 0);
    assert_eq!(shelf.store.check().unwrap().problems, Vec::<String>::new());
}

#[test]
fn maintenance_purges_nothing() {
    let shelf = Shelf::of(&["sea"]);
    shelf.store.apply(&[membership(9, 1, Membership::Gone)]).unwrap();
    shelf.store.maintenance().unwrap();
    let gone = shelf.store.publications(Membership::Gone).unwrap();
    assert_eq!(gone.iter().map(|record| record.id).collect::<Vec<_>>(), [id(1)], "the note that its file is to go");
}

#[test]
fn deleted_publication_can_be_inserted_again() {
    let shelf = Shelf::of(&["sea"]);
    // Deleted, but the process died before the purge.
    shelf.store.apply(&[membership(0, 1, Membership::Shelf)]).unwrap();
    let gone = Op { stamp: alexandria_domain::Hlc::from_u64(70_000), ..membership(0, 1, Membership::Gone) };
    shelf.store.apply(&[gone]).unwrap();
    let op = membership(9, 1, Membership::Shelf);
    let metadata = metadata("Again");
    let new = NewPublication {
        id: id(1),
        metadata: &metadata,
        format: Format::Epub,
        toc: &[],
        cover_media_type: None,
        sections: &[section("one", &["whale"], &[])],
        passages: &[passage(0, 0, "whale")],
        byte_size: 1,
        added_ms: 1,
        password: None,
        op: &op,
    };
    assert_eq!(shelf.store.insert_publication(&new).unwrap(), 2);
    assert_eq!((total(&shelf.store, "sea"), total(&shelf.store, "whale")), (0, 1));
}

#[test]
fn embedding_backlog_continues_where_it_stopped() {
    let shelf = Shelf::new();
    put(&shelf.store, 2, &["a", "b", "c"]).unwrap();
    put(&shelf.store, 1, &["d"]).unwrap();
    put(&shelf.store, 3, &[]).unwrap();
    let backlog = || -> Vec<(i64, u32, u32)> {
        let backlog = shelf.store.embedding_backlog().unwrap();
        backlog.iter().map(|b| (b.row, b.embedded, b.passages)).collect()
    };
    assert_eq!(backlog(), [(2, 0, 1), (1, 0, 3)]);
    shelf.store.mark_embedded(1, 2).unwrap();
    shelf.store.mark_embedded(2, 99).unwrap();
    assert_eq!(backlog(), [(1, 2, 3)]);
    shelf.store.apply(&[membership(9, 2, Membership::Bin)]).unwrap();
    assert_eq!(backlog(), []);
    let totals = shelf.store.totals().unwrap();
    assert_eq!((totals.publications, totals.binned, totals.sections, totals.passages), (2, 1, 2, 1));
    assert_eq!((totals.embedded, totals.embedded_with_bin, totals.not_embedded()), (1, 3, 0));
    shelf.store.apply(&[membership(10, 2, Membership::Shelf)]).unwrap();
    assert_eq!(shelf.store.index_record().unwrap(), None);
    shelf
        .store
        .record_index(b"one", &[(1, 3), (77, 1)].map(|(row, embedded)| EmbeddedCount { row, embedded }))
        .unwrap();
    shelf.store.record_index(b"two", &[]).unwrap();
    assert_eq!(shelf.store.index_record().unwrap().as_deref(), Some(b"two".as_slice()));
    assert_eq!(backlog(), []);
    let marks = shelf.store.embedding_marks().unwrap();
    let marks: Vec<_> = marks.iter().map(|mark| (mark.row, mark.embedded, mark.passages)).collect();
    assert_eq!(marks[..2], [(1, 3, 3), (2, 1, 1)]);
    shelf.store.reset_index().unwrap();
    assert_eq!(shelf.store.index_record().unwrap(), None);
    assert_eq!(backlog(), [(2, 0, 1), (1, 0, 3)]);
}

#[test]
fn file_password_is_kept_until_the_publication_is_purged() {
    let shelf = Shelf::of(&["sea"]);
    let password = Passphrase::new("open sesame".to_owned());
    let metadata = metadata("Locked");
    let new = NewPublication {
        id: id(2),
        metadata: &metadata,
        format: Format::Pdf,
        toc: &[],
        cover_media_type: None,
        sections: &[section("one", &["whale"], &[])],
        passages: &[passage(0, 0, "whale")],
        byte_size: 1,
        added_ms: 1,
        password: Some(FilePassword(&password)),
        op: &membership(2, 2, Membership::Shelf),
    };
    assert!(!format!("{new:?}").contains("sesame"));
    shelf.store.insert_publication(&new).unwrap();
    let stored = |number| shelf.store.file_password(&id(number)).unwrap();
    assert!(stored(1).is_none());
    assert!(stored(2).is_some_and(|stored| stored.is_same(&password)));
    assert!(shelf.store.purge(&id(2)).unwrap());
    assert!(stored(2).is_none());
}

/// The publications that own an annotation, once for each op on one.
fn owners_of_annotations(store: &Store) -> Vec<PublicationId> {
    let ops = store.outbox(100).unwrap().ops;
    ops.into_iter().filter(|op| matches!(op.entity, Entity::Annotation { .. })).filter_map(|op| op.owner).collect()
}

fn colour(number: u8, publication: u8) -> Op {
    let annotation = Entity::Annotation { id: AnnotationId::from_bytes([9; 16]), publication: id(publication) };
    op(number, annotation, Field::Colour, Value::Text("green".into()))
}

/// What a join of an account does: the publication is the same under another id.
#[test]
fn renamed_publication_keeps_all_but_its_id() {
    let shelf = Shelf::new();
    put(&shelf.store, 1, &["a word"]).unwrap();
    let row = shelf.store.publication(&id(1)).unwrap().unwrap().row;
    let title = op(102, Entity::Publication(id(1)), Field::Title, Value::Text("Mine".into()));
    shelf.store.apply(&[title, colour(103, 1)]).unwrap();
    assert_eq!(shelf.store.rename_publication(&id(5), &id(6), None).unwrap(), Renamed::Missing);
    let on_shelf = membership(108, 4, Membership::Shelf);
    assert_eq!(shelf.store.rename_publication(&id(1), &id(4), Some(&on_shelf)).unwrap(), Renamed::Renamed);

    assert!(shelf.store.publication(&id(1)).unwrap().is_none());
    let renamed = shelf.store.publication(&id(4)).unwrap().unwrap();
    assert_eq!((renamed.row, renamed.metadata.title.as_str()), (row, "Mine"));
    assert_eq!(total(&shelf.store, "word"), 1);
    // Nothing of the old id is sent.
    let ops = shelf.store.outbox(100).unwrap().ops;
    assert!(ops.len() >= 3 && ops.iter().all(|op| op.owner == Some(id(4))), "{ops:?}");
    assert_eq!(owners_of_annotations(&shelf.store), [id(4)]);
}

#[test]
fn publication_whose_new_id_is_taken_stays_and_gives_its_annotations_away() {
    let shelf = Shelf::new();
    put(&shelf.store, 1, &["one"]).unwrap();
    put(&shelf.store, 2, &["one"]).unwrap();
    shelf.store.apply(&[colour(103, 1)]).unwrap();
    assert_eq!(shelf.store.rename_publication(&id(1), &id(2), None).unwrap(), Renamed::Exists);
    assert!(shelf.store.publication(&id(1)).unwrap().is_some());
    assert_eq!(owners_of_annotations(&shelf.store), [id(2)]);
}
