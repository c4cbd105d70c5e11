//! Rich Text Format.

use std::io::Cursor;

use alexandria_domain::{CodedError, ErrorCode, Format};
use alexandria_extract::{Limits, OpenPublication, extract};

use crate::support::{lines, pages, png, read};

fn rtf(content: &[u8]) -> Vec<u8> {
    [b"{\\rtf1\\ansi\\ansicpg1252\\deff0", content, b"}"].concat()
}

fn text_of(content: &[u8]) -> String {
    lines(&read(rtf(content), "a.rtf").expect("reads"))
}

fn page_of(content: &str) -> String {
    pages(rtf(content.as_bytes()), "a.rtf").replace('\n', "")
}

fn check(content: &str, expect: &str) {
    assert_eq!(text_of(content.as_bytes()), expect, "{content}");
}

#[test]
fn paragraphs_and_headings() {
    check(r" One\par Two\line three\par\par four", "- One\n- Two three\n- four");
    check(
        r"{\stylesheet{\s1 heading 1;}{\s2\sbasedon1 Mine;}{\s3\outlinelevel2 Deep;}}\s1 A\par\pard\s2 B\par\pard\s3 C\par\pard D",
        "h1 A\nh1 B\nh3 C\n- D",
    );
    check(r"\outlinelevel1 A\par\pard\outlinelevel9 B\par", "h2 A\n- B");
    check(r"{\header h}{\footer f}{\colortbl;\red0;}{\*\unknown x{y}}a{\*\shppict z}", "- az");
    check("a\\\nb", "- a\n- b");
    assert_eq!(
        page_of(r"{\b bold {\i both}} x{\super 2}{\b0 y}{\rtlpar}"),
        "<p><b>bold </b><b><i>both</i></b> x<sup>2</sup>y</p>"
    );
}

/// "RTF `\bin`, `\uc0`, code pages 1251/932, depth 10,000: right letters; refused within limits."
#[test]
fn letters_of_every_encoding_are_right() {
    check(r"caf\'e9 \u233?t\u233 ?\emdash\~x\_y", "- café été— x\u{2011}y");
    check(r"\uc0\u1042\u1089\u1077 ok", "- Всеok");
    check(r"\uc2\u1042\'c2\'c2x", "- Вx");
    check(r"{\uc0\u55357\u56832}\u-10179?\u-8704?", "- 😀😀");
    check(
        r"{\fonttbl{\f0 A;}{\f1\fcharset204 B;}{\f2\fcharset128 C;}{\f3\fcharset2 Symbol;}}\f1\'cc\'e8\'f0 {\f2\'93\'fa\'83e} {\f3 abc} \f0\'e9",
        "- Мир 日テ αβχ é",
    );
    assert_eq!(text_of(b"{\\fonttbl{\\f0\\fcharset204 A;}}\\f0 \xcc\xe8\xf0"), "- Мир");
    let russian = read(br"{\rtf1\ansi\ansicpg1251 \'cc\'e8\'f0}".to_vec(), "a.rtf").expect("reads");
    assert_eq!(lines(&russian), "- Мир");
    assert_eq!(text_of(b"a{\\pict\\pngblip\\bin6 }}{{\\\\}b"), "- ab");
}

#[test]
fn deleted_and_hidden_text_is_not_text() {
    check(r"a{\v hidden}{\deleted gone}b{\*\annotation comment}{\xe index}", "- ab");
    check(r"a{\object{\*\objdata 0102}{\result shown}}", "- ashown");
}

#[test]
fn fields_are_links_or_their_results() {
    let field = |code: &str| format!(r#"{{\field{{\*\fldinst{{ {code} }}}}{{\fldrslt{{\b result}}}}}} after"#);
    check(&field(r#"DDEAUTO c:\\cmd.exe "/k calc""#), "- result after");
    let link = r#"<p><a href="https://e.org/" rel="noreferrer noopener" target="_blank"><b>result</b></a> after</p>"#;
    assert_eq!(page_of(&field(r#"HYPERLINK "https://e.org/""#)), link);
    assert_eq!(
        page_of(r#"{\*\bkmkstart b}{\*\bkmkend b}{\field{\*\fldinst HYPERLINK \\l "b"}{\fldrslt x}}"#),
        r#"<p><span id="b"></span><a href="b:/part-1.xhtml#b">x</a></p>"#
    );
}

#[test]
fn notes_are_linked_both_ways() {
    let content = r"One{\super\chftn}{\footnote\pard\plain {\super\chftn} foot}, two{\footnote\ftnalt end}.";
    check(content, "- One, two.\n* foot\n* end");
    let page = page_of(content);
    for part in [r#"<aside id="alx-note-1" epub:type="endnote""#, r##"href="b:/part-1.xhtml#alx-noteref-0""##] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
}

#[test]
fn lists_are_numbered_and_go_on_after_a_table() {
    let tables = r"{\*\listtable{\list{\listlevel\levelnfc0\levelstartat3{\leveltext\'02\'00.;}}{\listlevel\levelnfc4\levelstartat1}\listid7}}{\*\listoverridetable{\listoverride\listid7\listoverridecount0\ls1}}";
    let content = format!(
        r"{tables}{{\listtext 3.}}\ls1 a\par\ilvl1 b\par\pard\trowd\intbl x\cell y\cell\row\pard\ls1 c\par\pard d"
    );
    let expect = r#"<ol type="1"><li value="3">a<ol type="a"><li value="1">b</li></ol></li></ol><table><tbody><tr><td>x</td><td>y</td></tr></tbody></table><ol type="1"><li value="4">c</li></ol><p>d</p>"#;
    assert_eq!(page_of(&content), expect);
}

#[test]
fn tables_have_rows_and_cells() {
    check(r"\trowd\intbl a\cell b\par c\cell\row\trowd\intbl d\cell\row\pard e", "- a\n- b\n- c\n- d\n- e");
    check(r"\trowd\intbl a\cell b\cell\row", "- a b");
    // A table that the file does not end.
    check(r"\trowd\intbl a\cell b", "- a b");
}

#[test]
fn text_boxes_follow_their_paragraph() {
    check(r"a{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt box\par}}{\shprslt old}}b\par", "- ab\n- box");
}

#[test]
fn pictures_are_kept_if_they_can_be_shown() {
    let picture = png(300, 400);
    let digits: String = picture.iter().map(|byte| format!("{byte:02x}")).collect();
    let content = format!(r"{{\pict\pngblip\picw1 {digits}}}{{\pict\wmetafile8 00ff}}x");
    assert_eq!(page_of(&content), r#"<p><img src="b:/picture-0" alt=""/><img alt=""/>x</p>"#.replace(r#" alt="""#, ""));
    let bytes = rtf(content.as_bytes());
    assert_eq!(read(bytes.clone(), "a.rtf").expect("reads").cover.map(|cover| cover.bytes), Some(picture.clone()));
    let mut open = OpenPublication::open(Cursor::new(bytes), Format::Rtf, &Limits::default()).expect("opens");
    assert_eq!(open.resource("picture-0").expect("a picture").bytes, picture);
}

#[test]
fn metadata_of_the_info_group() {
    let content = r"{\info{\title On \'c9toiles}{\author Ann; Bo}{\operator Editor}{\keywords sea, whales}}x";
    let found = read(rtf(content.as_bytes()), "a.rtf").expect("reads").metadata;
    assert_eq!(found.title, "On Étoiles");
    assert_eq!(found.authors, ["Ann", "Bo"]);
    assert_eq!(found.subjects, ["sea", "whales"]);
    let unicode = r"{\info{\upr{\title ?}{\*\ud{\title \u1042?}}}}{\upr{ansi}{\*\ud{\u1042?}}}";
    let found = read(rtf(unicode.as_bytes()), "a.rtf").expect("reads");
    assert_eq!((found.metadata.title.as_str(), lines(&found).as_str()), ("В", "- В"));
}

#[test]
fn limits_hold_and_content_decides() {
    let limited = |content: Vec<u8>, change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        let found = extract(Cursor::new(rtf(&content)), "a.rtf", &limits);
        assert_eq!(found.expect_err("a limit").code(), ErrorCode::LimitExceeded);
    };
    limited("{".repeat(10_000).into_bytes(), |_| {});
    limited(r"x\par ".repeat(10_000).into_bytes(), |limits| limits.blocks = 1_000);
    limited("x".repeat(10_000).into_bytes(), |limits| limits.markup_bytes = 9_000);
    limited(format!(r"{{\pict\pngblip {}}}", "00".repeat(50_000)).into_bytes(), |limits| limits.entry_bytes = 60_000);
    for name in ["a.rtf", "a.doc", "a.txt", "a.epub", "a"] {
        assert_eq!(read(rtf(b" x"), name).expect("reads").format, Format::Rtf, "{name}");
    }
    assert_eq!(read(b"text".to_vec(), "a.rtf").expect_err("is refused").code(), ErrorCode::Malformed);
    // A file that ends early is read as far as it goes.
    assert_eq!(lines(&read(br"{\rtf1 one\par {\b two".to_vec(), "a.rtf").expect("reads")), "- one\n- two");
}
