//! The notes of each program, from files made by hand after its format.

use alexandria_domain::{Colour, HighlightStyle};

use super::*;

/// Each note as `title / author / quote / note / colour`.
fn lines(text: &str) -> Vec<String> {
    let found = foreign_notes(text.as_bytes()).unwrap();
    let line = |note: &ForeignNote| {
        let [title, author] = [note.title.clone(), note.authors.join(" & ")];
        let [quote, words] = [note.quote.highlight.clone(), note.note.clone()];
        format!("{title} / {author} / {quote} / {words} / {}", note.colour.name())
    };
    found.notes.iter().map(line).collect()
}

fn check(text: &str, (program, skipped): (&str, usize), expect: &[&str]) {
    let found = foreign_notes(text.as_bytes()).unwrap();
    assert_eq!((found.program, found.skipped), (program, skipped));
    assert_eq!(lines(text), expect);
}

/// documents.md §8: clippings in ten languages, CRLF, byte order mark, edited highlight.
#[test]
fn kindle_clippings_are_read_in_any_language() {
    let facts = [
        "- Your Highlight on page 12 | Location 181-182 | Added on Monday, March 2, 2020 10:15:00 AM",
        "- Ihre Markierung auf Seite 12 | bei Position 181-182 | Hinzugefügt am Montag, 2. März 2020 10:15:00",
        "- Votre surlignement sur la page 12 | Emplacement 181-182 | Ajouté le lundi 2 mars 2020 10:15:00",
        "- La subrayado en la página 12 | Ubicación 181-182 | Añadido el lunes, 2 de marzo de 2020 10:15:00",
        "- La tua evidenziazione a pagina 12 | Posizione 181-182 | Aggiunto in data lunedì 2 marzo 2020 10:15:00",
        "- Seu destaque na página 12 | posição 181-182 | Adicionado: segunda-feira, 2 de março de 2020 10:15:00",
        "- Je markering op pagina 12 | Locatie 181-182 | Toegevoegd op maandag 2 maart 2020 10:15:00",
        "- 您在第 12 页（位置 #181-182）的标注 | 添加于 2020年3月2日星期一 上午10:15:00",
        "- 12ページ|位置No. 181-182のハイライト |作成日: 2020年3月2日月曜日 10:15:00",
        "- Ваш выделенный отрывок на странице 12 | Место 181–182 | Добавлено: понедельник, 2 марта 2020 г. в 10:15:00",
    ];
    for facts in facts {
        let highlight =
            format!("\u{feff}Moby Dick (Melville, Herman)\r\n{facts}\r\n\r\nCall me Ishmael.\r\n==========\r\n");
        let note = highlight.trim_start_matches('\u{feff}').replace("181-182", "182").replace("181–182", "182");
        let note = note.replace("Call me Ishmael.", "The best first words.");
        let expect = "Moby Dick / Melville, Herman / Call me Ishmael. / The best first words. / yellow";
        check(&(highlight.clone() + &note), ("kindle", 0), &[expect]);
        // The note may come first.
        check(&(note + &highlight), ("kindle", 0), &[expect]);
    }
}

#[test]
fn kindle_clippings_that_were_edited_are_read_once() {
    let block = |place: &str, text: &str| {
        format!(
            "A Book (Parts 1 (and 2)) (Ada (the Elder) Bell)\n- Your Highlight on Location {place} | Added on Monday\n\n{text}\n==========\n"
        )
    };
    let text = block("1181-83", "The lamp") + &block("1181-84", "The lamp is lit") + &block("1181-82", "The");
    let text = text + &block("1200", "") + &block("50-51", "The sea");
    check(
        &text,
        ("kindle", 1),
        &[
            "A Book (Parts 1 (and 2)) / Ada (the Elder) Bell / The lamp is lit /  / yellow",
            "A Book (Parts 1 (and 2)) / Ada (the Elder) Bell / The sea /  / yellow",
        ],
    );
    // A document without locations has pages, and a note that is within no highlight has a text of its own.
    let page = "Paper\n- Your Highlight on page 5 | Added on Monday\n\nOn a page.\n==========\n";
    check(page, ("kindle", 0), &["Paper /  / On a page. /  / yellow"]);
}

#[test]
fn koreader_tables_are_read_and_nothing_is_run() {
    let text = r#"-- we can read Lua syntax here!
return {
    ["annotations"] = {
        [1] = {
            ["color"] = "blue", ["datetime"] = "2024-05-01 10:00:00", ["drawer"] = "underscore",
            ["note"] = "Who \"trims\" it?\
Again.", ["page"] = "/body/DocFragment[2]/body/p[1]/text().0",
            ["pos0"] = "/body/p.0", ["pos1"] = "/body/p.9", ["text"] = "The keeper\195\169 trims",
        },
        [2] = { ["datetime"] = "2024-05-02", ["page"] = 7, ["text"] = "in Chapter 1" },
    },
    ["doc_props"] = { ["authors"] = "Ada Bell\nJane Moss", ["title"] = "Lamps" },
    ["percent_finished"] = -0.5e1, -- a comment
    partial = { 1, true; nil },
}
"#;
    check(
        text,
        ("koreader", 1),
        &["Lamps / Ada Bell & Jane Moss / The keeperé trims / Who \"trims\" it?\nAgain. / blue"],
    );
    let found = foreign_notes(text.as_bytes()).unwrap();
    assert_eq!(found.notes[0].id.as_deref(), Some("2024-05-01 10:00:00"));
    assert_eq!(found.notes[0].style, HighlightStyle::Underline);

    let old = r#"return { bookmarks = {
        { highlighted = true, datetime = "1", notes = "The lamp", text = "Page 3 The lamp @ 2019-01-01" },
        { highlighted = true, datetime = "2", notes = "The sea", text = "Cold." },
        { datetime = "3", notes = "in Chapter 1" } },
        stats = { title = "Old", authors = "" } }"#;
    check(old, ("koreader", 1), &["Old /  / The lamp /  / yellow", "Old /  / The sea / Cold. / yellow"]);

    let refused = [
        "return { a = os.execute('rm') }",
        "return { ['a'] = f() }",
        "return { 'a' .. 'b' }",
        "return { a = function() end }",
        "return { a = 'open }",
        "return { a = 1 } os.exit()",
        "return { a = {",
        "return { [1 = 2 }",
        "return { a }",
        "return {}",
        &format!("return {}", "{".repeat(10_000)),
    ];
    for text in refused {
        let error = foreign_notes(text.as_bytes()).unwrap_err();
        assert!(matches!(error, ForeignNotesError::Malformed { program: "koreader", .. }), "{text}: {error}");
    }
}

#[test]
fn readwise_tables_are_read_by_their_headers() {
    let export = "Highlight,Book Title,Book Author,Amazon Book ID,Note,Color,Tags,Location\n\
        \"The lamp, \"\"lit\"\"\",Lamps,Ada Bell,,Why?,orange,\"sea, to lend\",12\n,Lamps,,,,,,\n";
    check(export, ("readwise", 1), &["Lamps / Ada Bell / The lamp, \"lit\" / Why? / orange"]);
    assert_eq!(foreign_notes(export.as_bytes()).unwrap().notes[0].tags, ["sea", "to lend"]);
    let import = "Highlight,Title,Author,URL,Note,Location,Date\r\n'=1+1,Lamps,,,,,\r\n'tis night,Lamps,,,,,\r\n";
    check(import, ("readwise", 0), &["Lamps /  / =1+1 /  / yellow", "Lamps /  / 'tis night /  / yellow"]);
}

#[test]
fn json_of_each_program_is_read() {
    let readest = r##"{ "$format": "readest-annotations", "version": 1, "book": { "title": "Lamps", "author": "Ada Bell" },
        "annotations": [
            { "id": "a", "type": "annotation", "text": "The lamp", "style": "underline", "color": "#4caf50", "note": "Lit." },
            { "id": "b", "type": "bookmark", "text": "Chapter 1", "note": "" },
            { "id": "c", "type": "annotation", "note": "no text" } ] }"##;
    check(readest, ("readest", 2), &["Lamps / Ada Bell / The lamp / Lit. / green"]);
    let calibre = r#"{ "version": 1, "type": "calibre_annotation_collection", "annotations": [
        { "type": "highlight", "uuid": "u", "highlighted_text": "The lamp", "notes": "Lit.", "style": { "which": "purple" } },
        { "book_id": 1, "annotation": { "type": "highlight", "uuid": "v", "highlighted_text": "The sea" } },
        { "type": "highlight", "uuid": "w", "removed": true }, { "type": "bookmark", "title": "x" } ] }"#;
    check(calibre, ("calibre", 2), &[" /  / The lamp / Lit. / purple", " /  / The sea /  / yellow"]);
    let thorium = r#"{ "@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationSet",
        "about": { "dc:title": "Lamps", "dc:creator": [{ "name": "Ada Bell" }] },
        "items": [
            { "id": "urn:uuid:1", "motivation": "highlighting",
              "body": { "type": "TextualBody", "value": "Lit.", "color": "pink", "highlight": "underline", "tag": "sea" },
              "target": { "source": "a.xhtml", "selector": [
                { "type": "TextQuoteSelector", "exact": "The lamp", "prefix": "lit ", "suffix": " burns" },
                { "type": "ProgressionSelector", "value": 0.25 } ] } },
            { "motivation": "bookmarking", "target": { "selector": { "type": "TextQuoteSelector", "exact": "x" } } },
            { "target": { "selector": [] } } ] }"#;
    check(thorium, ("web-annotation", 2), &["Lamps / Ada Bell / The lamp / Lit. / pink"]);
    let found = foreign_notes(thorium.as_bytes()).unwrap();
    let note = &found.notes[0];
    assert_eq!((note.quote.before.as_str(), note.quote.after.as_str()), ("lit ", " burns"));
    assert_eq!((note.progression, note.colour, note.tags.join(",")), (Some(0.25), Colour::Pink, "sea".to_owned()));
}

#[test]
fn other_files_are_refused_with_what_is_read() {
    let check = |bytes: &[u8], expect: &str| {
        let error = foreign_notes(bytes).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    check(b"", "My Clippings.txt");
    check(b"Just some prose, with a comma.", "My Clippings.txt");
    check(b"Name,Age\nAda,36\n", "My Clippings.txt");
    check(b"{}", "My Clippings.txt");
    check(b"{\"$format\": ", "cannot be read");
    check(b"[1, 2]", "My Clippings.txt");
    check(b"\xff\xfe", "UTF-8");
}
