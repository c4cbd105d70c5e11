//! The marks in snippets: the terms that matched.

use std::fs;

use alexandria_library::SearchMode;
use alexandria_tests_corpus::TestLibrary;

#[tokio::test(flavor = "multi_thread")]
async fn snippet_marks_stop_words_only_where_they_had_to_match() {
    let fixture = TestLibrary::new().await;
    let file = fixture.outside().join("a.txt");
    fs::write(&file, "The captain saw the zebra of the quay, and the gull that followed it.").unwrap();
    assert_eq!(fixture.import(&[file]).await.imported.len(), 1);
    for (query, mode, relaxed, expect) in [
        ("the zebra", SearchMode::Exact, false, &["The", "the", "zebra", "the", "the"][..]),
        ("the zebra of a pampas", SearchMode::Exact, true, &["zebra"]),
        ("the zebra of a pampas", SearchMode::Hybrid, false, &["zebra"]),
        ("\"of the\"", SearchMode::Exact, false, &["of the"]),
        ("\"of the\"", SearchMode::Hybrid, false, &["of the"]),
        ("the of a pampas", SearchMode::Exact, true, &[]),
    ] {
        let results = fixture.search(query, mode, 10, 0).await;
        let marks = |hit: &alexandria_library::Hit| -> Vec<String> {
            let text = |mark: &std::ops::Range<usize>| hit.snippet.text.get(mark.clone()).unwrap().to_owned();
            hit.snippet.marks.iter().map(text).collect()
        };
        let marked: Vec<String> = results.hits.iter().flat_map(marks).collect();
        assert_eq!(marked, expect, "{query} {mode:?}");
        assert_eq!(results.relaxed, relaxed && !expect.is_empty(), "{query} {mode:?}");
    }
}
