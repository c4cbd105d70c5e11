//! The shelf in the order and with the filters that the reader has chosen: one statement, whatever is asked for.

use alexandria_domain::op::Membership;
use alexandria_domain::{Collection, CollectionId, ShelfFilter};
use rusqlite::params_from_iter;
use rusqlite::types::Value;

use super::filter::condition;
use super::list::records;
use super::record::{PublicationRecord, state_of};
use crate::analysis;
use crate::error::StoreError;
use crate::number::unsigned;
use crate::store::Store;

/// What a list of publications is sorted by. Those without it come last, in either direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ShelfOrder {
    /// When it was added, the last first.
    #[default]
    Added,
    /// When it was last read on this device, the last first.
    Opened,
    /// The title.
    Title,
    /// The first author.
    Author,
    /// The series, and the number in it.
    Series,
    /// The date of publication.
    Published,
    /// The reader's stars, the most first.
    Rating,
    /// The reading status: reading, to read, finished.
    Status,
}

/// Which publications are listed, and in which order.
#[derive(Clone, Copy, Debug)]
pub struct ShelfQuery<'a> {
    /// On the shelf or in the bin.
    pub membership: Membership,
    /// What must hold for them.
    pub filter: &'a ShelfFilter,
    /// The collection that they must be in by the reader's hand.
    pub collection: Option<CollectionId>,
    /// The order.
    pub order: ShelfOrder,
    /// The other way round.
    pub reversed: bool,
}

/// A collection, and how much the reader has put into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectionCount {
    /// The collection.
    pub collection: Collection,
    /// Publications on the shelf that are in it by the reader's hand.
    pub publications: u64,
}

/// A tag, and how many publications on the shelf have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagCount {
    /// The tag.
    pub tag: String,
    /// Publications on the shelf.
    pub publications: u64,
}

impl Store {
    /// The publications that a query selects. Descriptions are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub fn shelf(&self, query: &ShelfQuery<'_>) -> Result<Vec<PublicationRecord>, StoreError> {
        let (statement, values) = statement(query, super::record::COLUMNS);
        self.read(|connection| records(connection, &statement, params_from_iter(values)))
    }

    /// How many publications a query selects.
    ///
    /// # Errors
    /// When the database fails.
    pub fn shelf_count(&self, query: &ShelfQuery<'_>) -> Result<u64, StoreError> {
        let (condition, values) = where_clause(query);
        let statement = format!("SELECT count(*) FROM publication WHERE {condition}");
        self.read(|connection| {
            connection.prepare_cached(&statement)?.query_row(params_from_iter(values), |row| unsigned(row, 0))
        })
    }

    /// All collections that are not deleted, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn collections(&self) -> Result<Vec<CollectionCount>, StoreError> {
        const QUERY: &str = "SELECT id, name, filter, (SELECT count(*) FROM collection_member AS member \
             JOIN publication ON publication.row = member.publication AND publication.state = 0 \
             WHERE member.collection = collection.id) \
             FROM collection ORDER BY name_folded, id";
        self.read(|connection| {
            let mut select = connection.prepare_cached(QUERY)?;
            let counts = select.query_map([], |row| {
                let id = CollectionId::from_bytes(row.get(0)?);
                let collection = Collection { id, name: row.get(1)?, filter: row.get(2)?, is_deleted: false };
                Ok(CollectionCount { collection, publications: unsigned(row, 3)? })
            })?;
            counts.collect()
        })
    }

    /// All tags of publications on the shelf, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn tags(&self) -> Result<Vec<TagCount>, StoreError> {
        const QUERY: &str = "SELECT tag.value, count(*) FROM publication, json_each(publication.subjects) AS tag \
             WHERE publication.state = 0 GROUP BY tag.value";
        let mut tags: Vec<TagCount> = self.read(|connection| {
            let mut select = connection.prepare_cached(QUERY)?;
            let counts =
                select.query_map([], |row| Ok(TagCount { tag: row.get(0)?, publications: unsigned(row, 1)? }))?;
            counts.collect()
        })?;
        tags.sort_by_cached_key(|tag| (analysis::fold(&tag.tag), tag.tag.clone()));
        Ok(tags)
    }
}

/// The statement of a query, and the values of its parameters. The text of a value never becomes a part of a statement.
fn statement(query: &ShelfQuery<'_>, columns: &str) -> (String, Vec<Value>) {
    let (condition, values) = where_clause(query);
    let order = order_by(query.order, query.reversed);
    (format!("SELECT {columns} FROM publication WHERE {condition} ORDER BY {order}"), values)
}

fn where_clause(query: &ShelfQuery<'_>) -> (String, Vec<Value>) {
    let mut condition_text = "state = ?1".to_owned();
    let mut values = vec![Value::from(i64::from(state_of(query.membership)))];
    if let Some(id) = query.collection {
        values.push(Value::from(id.as_bytes().to_vec()));
        condition_text.push_str(&format!(
            " AND row IN (SELECT publication FROM collection_member WHERE collection = ?{})",
            values.len()
        ));
    }
    let not = |negated| if negated { " NOT" } else { "" };
    for word in &query.filter.words {
        values.push(Value::from(analysis::fold(&word.text)));
        let number = values.len();
        let columns = ["title_folded", "authors_folded", "series_folded", "subjects_folded"];
        let any: Vec<String> = columns.iter().map(|column| format!("instr({column}, ?{number})")).collect();
        condition_text.push_str(&format!(" AND{} ({})", not(word.negated), any.join(" OR ")));
    }
    for filter in &query.filter.filters {
        values.push(Value::from(analysis::fold(&filter.value)));
        let holds = condition(filter.field, values.len());
        condition_text.push_str(&format!(" AND{} ({holds})", not(filter.negated)));
    }
    (condition_text, values)
}

fn order_by(order: ShelfOrder, reversed: bool) -> String {
    const TITLE: &str = "ifnull(sort_folded, title_folded)";
    // What has no value, and the values with their own direction.
    let (missing, keys): (Option<&str>, &[(&str, bool)]) = match order {
        ShelfOrder::Added => (None, &[("added_ms", false), ("row", false)]),
        ShelfOrder::Opened => (Some("opened_ms IS NULL"), &[("opened_ms", false)]),
        ShelfOrder::Title => (None, &[(TITLE, true)]),
        ShelfOrder::Author => (Some("authors_folded = ''"), &[("authors_folded", true)]),
        ShelfOrder::Series => (
            Some("series_folded = ''"),
            &[("series_folded", true), ("series_number IS NULL", true), ("series_number", true)],
        ),
        ShelfOrder::Published => (Some("published IS NULL"), &[("published", true)]),
        ShelfOrder::Rating => (Some("rating = 0"), &[("rating", false)]),
        ShelfOrder::Status => (
            Some("reading_status = ''"),
            &[("CASE reading_status WHEN 'reading' THEN 0 WHEN 'to-read' THEN 1 ELSE 2 END", true)],
        ),
    };
    let directed = keys.iter().map(|(key, ascending)| {
        let direction = if *ascending == reversed { "DESC" } else { "ASC" };
        format!("{key} {direction}")
    });
    let parts: Vec<String> = missing.map(str::to_owned).into_iter().chain(directed).collect();
    format!("{}, {TITLE}, row", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use alexandria_domain::{Entity, Field, Metadata, Op, Series, Value as OpValue, series_value};

    use super::*;
    use crate::fixture::{Shelf, id, insert_with, membership, op};

    const HOLIDAYS: CollectionId = CollectionId::from_bytes([5; 16]);
    static EMPTY: ShelfFilter = ShelfFilter { words: Vec::new(), filters: Vec::new() };

    fn all(filter: &ShelfFilter) -> ShelfQuery<'_> {
        ShelfQuery {
            membership: Membership::Shelf,
            filter,
            collection: None,
            order: ShelfOrder::Added,
            reversed: false,
        }
    }

    fn edit(number: u8, book: u8, field: Field, value: OpValue) -> Op {
        op(number, Entity::Publication(id(book)), field, value)
    }

    fn text(text: &str) -> OpValue {
        OpValue::Text(text.into())
    }

    fn book(title: &str, author: &str, series: Option<(&str, &str)>, tags: &[&str]) -> Metadata {
        Metadata {
            title: title.into(),
            authors: Some(author.to_owned()).filter(|author| !author.is_empty()).into_iter().collect(),
            language: "en".into(),
            series: series.map(|(name, number)| Series { name: name.into(), position: Some(number.into()) }),
            subjects: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..Metadata::default()
        }
    }

    /// Four books: 1 and 2 in a series, 3 without an author, 4 by an author with an accent.
    fn library() -> Shelf {
        let shelf = Shelf::new();
        let books = [
            book("The Sea", "Zola", Some(("Rooms", "10")), &["Sea"]),
            book("A Lamp", "Brontë", Some(("Rooms", "2.5")), &["light", "Sea"]),
            book("Émile", "", None, &[]),
            book("Boats", "Ärmel", None, &["boats"]),
        ];
        for (book, number) in books.iter().zip(1..) {
            insert_with(&shelf.store, number, &["text"], book).unwrap();
        }
        shelf
    }

    /// The first bytes of the ids that a query selects.
    fn found(shelf: &Shelf, query: &ShelfQuery<'_>) -> Vec<u8> {
        let found: Vec<u8> = shelf.store.shelf(query).unwrap().iter().map(|record| record.id.as_bytes()[0]).collect();
        assert_eq!(shelf.store.shelf_count(query).unwrap(), found.len() as u64);
        found
    }

    #[test]
    fn shelf_is_sorted_by_each_order_with_what_lacks_it_last() {
        let shelf = library();
        shelf
            .store
            .apply(&[
                edit(10, 1, Field::SortTitle, text("Sea, The")),
                edit(11, 2, Field::Rating, OpValue::Integer(3)),
                edit(12, 4, Field::Rating, OpValue::Integer(5)),
                edit(13, 3, Field::Status, text("finished")),
                edit(14, 4, Field::Status, text("reading")),
                edit(15, 3, Field::Published, text("1762")),
                edit(16, 1, Field::Published, text("1900")),
            ])
            .unwrap();
        let check = |order: ShelfOrder, expect: [u8; 4], reversed_expect: [u8; 4]| {
            assert_eq!(found(&shelf, &ShelfQuery { order, ..all(&EMPTY) }), expect, "{order:?}");
            let reversed = ShelfQuery { order, reversed: true, ..all(&EMPTY) };
            assert_eq!(found(&shelf, &reversed), reversed_expect, "{order:?} reversed");
        };
        check(ShelfOrder::Added, [4, 3, 2, 1], [1, 2, 3, 4]);
        check(ShelfOrder::Title, [2, 4, 3, 1], [1, 3, 4, 2]);
        check(ShelfOrder::Author, [4, 2, 1, 3], [1, 2, 4, 3]);
        check(ShelfOrder::Series, [2, 1, 4, 3], [1, 2, 4, 3]);
        check(ShelfOrder::Published, [3, 1, 2, 4], [1, 3, 2, 4]);
        check(ShelfOrder::Rating, [4, 2, 3, 1], [2, 4, 3, 1]);
        check(ShelfOrder::Status, [4, 3, 2, 1], [3, 4, 2, 1]);
        check(ShelfOrder::Opened, [2, 4, 3, 1], [2, 4, 3, 1]);
    }

    #[test]
    fn shelf_is_filtered_by_words_and_properties() {
        let shelf = library();
        let group = Entity::Collection(HOLIDAYS);
        shelf
            .store
            .apply(&[
                edit(10, 1, Field::Collection(HOLIDAYS), OpValue::Flag(true)),
                edit(11, 3, Field::Collection(HOLIDAYS), OpValue::Flag(true)),
                op(12, group, Field::Name, text("On Holiday")),
                edit(13, 2, Field::Rating, OpValue::Integer(4)),
                edit(14, 1, Field::Rating, OpValue::Integer(5)),
                edit(15, 2, Field::Status, text("to-read")),
                membership(16, 4, Membership::Bin),
            ])
            .unwrap();
        let check = |filter: &str, expect: &[u8]| {
            let filter = ShelfFilter::parse(filter).unwrap();
            let found: BTreeSet<u8> = found(&shelf, &all(&filter)).into_iter().collect();
            assert_eq!(found, expect.iter().copied().collect(), "{filter:?}");
        };
        check("", &[1, 2, 3]);
        check("emile", &[3]);
        check("BRONTE", &[2]);
        check("rooms -lamp", &[1]);
        check("tag:sea", &[1, 2]);
        check("rating:4", &[2]);
        check("rating:4+", &[1, 2]);
        check("rating:0", &[3]);
        check("-rating:1+", &[3]);
        check("status:to-read", &[2]);
        check("status:none", &[1, 3]);
        check("collection:\"on holiday\"", &[1, 3]);
        check(&format!("collection:{HOLIDAYS}"), &[1, 3]);
        check("-collection:\"on holiday\"", &[2]);
        check("collection:holiday", &[]);
        check("\"' OR 1=1 --\"", &[]);
        let collection = ShelfQuery { collection: Some(HOLIDAYS), order: ShelfOrder::Title, ..all(&EMPTY) };
        assert_eq!(found(&shelf, &collection), [3, 1]);
        assert_eq!(found(&shelf, &ShelfQuery { membership: Membership::Bin, ..all(&EMPTY) }), [4]);
        let tags = shelf.store.tags().unwrap();
        let tags: Vec<(&str, u64)> = tags.iter().map(|tag| (tag.tag.as_str(), tag.publications)).collect();
        assert_eq!(tags, [("light", 1), ("Sea", 2)]);
    }

    #[test]
    fn edits_show_in_lists_and_return_to_what_the_file_says() {
        let shelf = library();
        let of_file = shelf.store.publication(&id(1)).unwrap().unwrap();
        let series = Series { name: "Voyages".into(), position: Some("1.5".into()) };
        let fields = [
            (Field::Title, text("Ocean")),
            (Field::SortTitle, text("ocean")),
            (Field::Authors, OpValue::Texts(vec!["Emile Zola".into(), "Other".into()])),
            (Field::Series, series_value(Some(&series))),
            (Field::Language, text("fr")),
            (Field::Description, text("About.")),
            (Field::Published, text("1880")),
            (Field::Tag("Sea".into()), OpValue::Flag(false)),
            (Field::Tag("mine".into()), OpValue::Flag(true)),
        ];
        let ops = fields.iter().zip(10..).map(|((field, value), number)| edit(number, 1, field.clone(), value.clone()));
        shelf.store.apply(&ops.collect::<Vec<_>>()).unwrap();
        let edited = shelf.store.publication(&id(1)).unwrap().unwrap();
        assert!(edited.is_edited && !of_file.is_edited);
        assert_eq!((edited.metadata.title.as_str(), edited.sort_title.as_deref()), ("Ocean", Some("ocean")));
        assert_eq!((edited.metadata.authors.len(), edited.metadata.series.as_ref()), (2, Some(&series)));
        assert_eq!(edited.metadata.subjects, ["mine"]);
        assert_eq!(edited.metadata.description.as_deref(), Some("About."));
        let filter = ShelfFilter::parse("author:other lang:fr tag:mine in:voyages title:ocean").unwrap();
        assert_eq!(found(&shelf, &all(&filter)), [1]);
        let file = shelf.store.file_metadata(&id(1)).unwrap().unwrap();
        assert_eq!((file.title.as_str(), file.authors.as_slice()), ("The Sea", &["Zola".to_owned()][..]));

        let undone = fields.iter().zip(30..).map(|((field, _), number)| edit(number, 1, field.clone(), OpValue::None));
        shelf.store.apply(&undone.collect::<Vec<_>>()).unwrap();
        assert_eq!(shelf.store.publication(&id(1)).unwrap().unwrap(), of_file);
        assert_eq!(found(&shelf, &all(&filter)), [0; 0]);
        assert_eq!(found(&shelf, &all(&ShelfFilter::parse("author:zola tag:sea").unwrap())), [1]);
    }

    #[test]
    fn collections_follow_their_ops_and_lose_deleted_publications() {
        let shelf = library();
        let other = CollectionId::from_bytes([6; 16]);
        let named = |number, id, name: &str| op(number, Entity::Collection(id), Field::Name, text(name));
        shelf
            .store
            .apply(&[
                edit(10, 1, Field::Collection(HOLIDAYS), OpValue::Flag(true)),
                named(11, HOLIDAYS, "holidays"),
                named(12, other, "Boats"),
                op(13, Entity::Collection(other), Field::Query, text("tag:boats")),
                edit(14, 2, Field::Collection(HOLIDAYS), OpValue::Flag(true)),
                membership(15, 2, Membership::Bin),
            ])
            .unwrap();
        let listed = || {
            let all = shelf.store.collections().unwrap();
            let line = |count: &CollectionCount| (count.collection.name.clone(), count.publications);
            all.iter().map(line).collect::<Vec<_>>()
        };
        assert_eq!(listed(), [("Boats".to_owned(), 0), ("holidays".to_owned(), 1)]);
        assert_eq!(shelf.store.collection(other).unwrap().unwrap().filter.as_deref(), Some("tag:boats"));
        shelf.store.apply(&[op(20, Entity::Collection(other), Field::Deleted, OpValue::Flag(true))]).unwrap();
        assert_eq!(listed().len(), 1);
        shelf.store.apply(&[membership(21, 1, Membership::Gone)]).unwrap();
        shelf.store.purge(&id(1)).unwrap();
        assert_eq!(listed(), [("holidays".to_owned(), 0)]);
        assert_eq!(shelf.store.publication_edits(&id(1)).unwrap(), Default::default(), "its ops went with it");
    }

    #[test]
    fn edits_that_came_before_the_book_apply_when_it_is_imported() {
        let shelf = Shelf::new();
        shelf
            .store
            .apply(&[
                edit(200, 1, Field::Authors, OpValue::Texts(vec!["A".into()])),
                edit(201, 1, Field::Rating, OpValue::Integer(2)),
            ])
            .unwrap();
        insert_with(&shelf.store, 1, &["text"], &book("Title", "B", None, &[])).unwrap();
        let record = shelf.store.publication(&id(1)).unwrap().unwrap();
        assert_eq!((record.metadata.authors, record.rating), (vec!["A".to_owned()], 2));
    }

    /// Lists read the table of publications once, and find the members of a collection by key.
    #[test]
    fn plans_of_lists_scan_no_table_twice() {
        let shelf = library();
        let check = |filter: &str, collection: Option<CollectionId>, expect: &[&str]| {
            let filter = ShelfFilter::parse(filter).unwrap();
            let query = ShelfQuery { collection, order: ShelfOrder::Title, ..all(&filter) };
            let (statement, values) = statement(&query, super::super::record::COLUMNS);
            let plan: Vec<String> = shelf
                .store
                .read(|connection| {
                    let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}"))?;
                    explain.query_map(params_from_iter(values), |row| row.get(3))?.collect()
                })
                .unwrap();
            let scans: Vec<&str> = plan.iter().filter(|step| step.starts_with("SCAN")).map(String::as_str).collect();
            assert_eq!(scans, expect, "{plan:#?}");
        };
        check("", None, &["SCAN publication"]);
        check("whale rating:4+ status:none", None, &["SCAN publication"]);
        check("", Some(HOLIDAYS), &[]);
        // Collections are few; their members are found by key.
        check("collection:x", None, &["SCAN collection"]);
    }
}
