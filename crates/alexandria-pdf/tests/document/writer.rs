//! Writes small PDF documents, byte for byte as described.

use std::fmt::Write as _;

/// A document that is being written. Object numbers begin at 1.
#[derive(Default)]
pub(crate) struct Writer {
    objects: Vec<Vec<u8>>,
}

impl Writer {
    /// Adds an object and returns its number.
    pub(crate) fn add(&mut self, body: &str) -> usize {
        self.objects.push(body.as_bytes().to_vec());
        self.objects.len()
    }

    /// Adds a stream with more entries for its dictionary.
    pub(crate) fn stream(&mut self, entries: &str, content: &[u8]) -> usize {
        let mut body = format!("<</Length {}{entries}>>\nstream\n", content.len()).into_bytes();
        body.extend(content);
        body.extend(b"\nendstream");
        self.objects.push(body);
        self.objects.len()
    }

    /// Replaces an object that was added to have its number.
    pub(crate) fn set(&mut self, number: usize, body: &str) {
        self.objects[number - 1] = body.as_bytes().to_vec();
    }

    /// The file, with more entries for its trailer.
    pub(crate) fn finish(&self, root: usize, trailer: &str) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n".to_vec();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", self.objects.len() + 1);
        for (object, number) in self.objects.iter().zip(1..) {
            let _ = writeln!(table, "{:010} 00000 n ", file.len());
            file.extend(format!("{number} 0 obj\n").bytes().chain(object.iter().copied()).chain(*b"\nendobj\n"));
        }
        let start = file.len();
        let size = self.objects.len() + 1;
        file.extend(table.bytes());
        file.extend(format!("trailer\n<</Size {size}/Root {root} 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n").bytes());
        file
    }
}

/// A page: what it draws, and more entries for its dictionary. `F` is Helvetica in Windows code page 1252; the documents of [`mapped`] have a
/// font `M` as well.
#[derive(Clone, Default)]
pub(crate) struct Page {
    pub(crate) content: String,
    pub(crate) entries: String,
}

/// A page of text lines at these places, in 10 points.
pub(crate) fn lines(lines: &[(i32, i32, &str)]) -> Page {
    let draw = |(x, y, text): &(i32, i32, &str)| format!("BT /F 10 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n");
    Page { content: lines.iter().map(draw).collect(), entries: String::new() }
}

/// A document of these pages.
pub(crate) fn document(pages: &[Page]) -> Vec<u8> {
    mapped(pages, &[], |_writer, _pages| (String::new(), String::new()))
}

/// A document with a font `M` whose codes stand for these characters, and with what a function adds: more entries for the catalog
/// and the trailer.
pub(crate) fn mapped(
    pages: &[Page],
    map: &[(u8, &str)],
    add: impl FnOnce(&mut Writer, &[usize]) -> (String, String),
) -> Vec<u8> {
    let mut writer = Writer::default();
    let tree = writer.add("");
    let font = writer.add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>");
    let utf16 = |text: &str| text.encode_utf16().map(|unit| format!("{unit:04X}")).collect::<String>();
    let rows: String = map.iter().map(|(code, text)| format!("<{code:02X}> <{}>\n", utf16(text))).collect();
    let cmap = format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n\
         1 begincodespacerange <00> <FF> endcodespacerange\n{} beginbfchar\n{rows}endbfchar\n\
         endcmap CMapName currentdict /CMap defineresource pop end end",
        map.len()
    );
    let cmap = writer.stream("", cmap.as_bytes());
    let second =
        format!("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode {cmap} 0 R>>");
    let second = writer.add(&second);
    let mut numbers = Vec::new();
    for page in pages {
        let content = writer.stream("", page.content.as_bytes());
        let box_of = if page.entries.contains("/MediaBox") { "" } else { "/MediaBox[0 0 600 800]" };
        numbers.push(writer.add(&format!(
            "<</Type/Page/Parent {tree} 0 R{box_of}/Contents {content} 0 R/Resources<</Font<</F {font} 0 R/M {second} 0 R>>>>{}>>",
            page.entries
        )));
    }
    let kids: String = numbers.iter().map(|number| format!("{number} 0 R ")).collect();
    writer.set(tree, &format!("<</Type/Pages/Kids[{kids}]/Count {}>>", pages.len()));
    let (catalog, trailer) = add(&mut writer, &numbers);
    let root = writer.add(&format!("<</Type/Catalog/Pages {tree} 0 R{catalog}>>"));
    writer.finish(root, &trailer)
}
