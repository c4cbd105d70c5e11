use super::*;

#[test]
fn programs_are_given_a_root_that_signs_itself() {
    let folder = tempfile::tempdir().unwrap();
    let check = |root: &str, url: &str, expect: &str| {
        let path = folder.path().join("root");
        std::fs::write(&path, root).unwrap();
        let outcome = trust(&path, &url.parse().unwrap(), &folder.path().join("update"));
        let said = outcome.err().map(|error| format!("{error:#}")).unwrap_or_default();
        assert!(said.contains(expect) && said.is_empty() == expect.is_empty(), "{said:?}, not {expect:?}");
    };
    let url = "https://updates.example.org/u/v1/";
    check("{}", "https://updates.example.org/u/v1", "ends in a slash");
    check("{}", "http://updates.example.org/u/v1/", "over https only");
    check("{}", url, "is not a root of trust");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (layout, keys) = (alexandria_release::Layout::new(&folder.path().join("served")), folder.path().join("keys"));
    std::fs::create_dir(&keys).unwrap();
    let made = runtime.block_on(alexandria_release::create(&layout, &KeyFolder::new(&keys), Timestamp::now())).unwrap();
    let root = String::from_utf8(made.root).unwrap();
    check(&root, url, "");
    let source = std::fs::read_to_string(folder.path().join("update/source.json")).unwrap();
    assert_eq!(source.trim(), r#"{"url":"https://updates.example.org/u/v1/"}"#);
    check(
        &root.replace("\"version\":1", "\"version\":2").replace("\"version\": 1", "\"version\": 2"),
        url,
        "not signed by its own keys",
    );
}
