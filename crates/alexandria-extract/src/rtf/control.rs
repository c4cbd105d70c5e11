//! What tokens do: groups, destinations, formatting and characters.

use alexandria_domain::Metadata;

use super::charset::{self, Charset};
use super::flow::Flow;
use super::group::{Destination, Group, GroupEnd, InfoField, Paragraph};
use super::info::Info;
use super::picture::PictureData;
use super::tables::Tables;
use super::text::TextDecoder;
use super::token::Token;
use crate::error::{ExtractError, LimitKind};
use crate::field::link;
use crate::limits::{Guard, within};
use crate::markup::{MarkupWriter, NoteKind, Notes, TextFormat};
use crate::picture::Stored;

/// Maximum length of a field code or the name of a bookmark, in bytes.
const MAX_CODE_BYTES: usize = 8 << 10;

/// Reads tokens into markup. It has many fields because they are what is open at one point of one pass.
pub(super) struct Reader {
    group: Group,
    /// The groups around it.
    outer: Vec<Group>,
    tables: Tables,
    text: TextDecoder,
    flow: Flow,
    notes: Notes,
    info: Info,
    /// The picture being read; a picture in a picture is part of it.
    picture: PictureData,
    pictures: Vec<Stored>,
    picture_bytes: usize,
    /// The code of the field being read.
    code: String,
    bookmark: String,
    /// Links of the open fields, outermost first.
    links: Vec<Option<String>>,
    default_font: i32,
}

impl Reader {
    pub(super) fn new() -> Self {
        Self {
            group: Group { unicode_skip: 1, ..Group::default() },
            outer: Vec::new(),
            tables: Tables::default(),
            text: TextDecoder::new(),
            flow: Flow::new(),
            notes: Notes::default(),
            info: Info::default(),
            picture: PictureData::default(),
            pictures: Vec::new(),
            picture_bytes: 0,
            code: String::new(),
            bookmark: String::new(),
            links: Vec::new(),
            default_font: 0,
        }
    }

    pub(super) const fn depth(&self) -> usize {
        self.outer.len()
    }

    pub(super) fn check(&mut self, guard: &Guard) -> Result<(), ExtractError> {
        within(self.picture_bytes, LimitKind::EntryBytes, guard.limits.entry_bytes)?;
        within(self.pictures.len(), LimitKind::ArchiveEntries, guard.limits.archive_entries)?;
        self.flow.out().check(guard)
    }

    /// The document, its metadata and its pictures.
    pub(super) fn finish(mut self, guard: &Guard) -> (MarkupWriter, Metadata, Vec<Stored>) {
        while !self.outer.is_empty() {
            self.close_group();
        }
        self.flush();
        self.flow.end(&mut self.tables, self.group.paragraph);
        let metadata = self.info.metadata(guard);
        let mut out = self.flow.into_out();
        self.notes.write(&mut out);
        (out, metadata, self.pictures)
    }

    pub(super) fn token(&mut self, token: Token<'_>) {
        match token {
            Token::Open => {
                self.flush();
                self.text.end_skip();
                let inner = Group { end: GroupEnd::Nothing, is_optional: false, ..self.group.clone() };
                self.outer.push(std::mem::replace(&mut self.group, inner));
                if self.group.destination == Destination::StyleSheet {
                    self.tables.begin_style();
                }
            }
            Token::Close => {
                self.text.end_skip();
                self.close_group();
            }
            Token::Byte(byte) => self.byte(byte),
            Token::Binary(bytes) => {
                if self.group.destination == Destination::Picture {
                    self.picture_bytes += bytes.len();
                    self.picture.extend(bytes);
                }
            }
            Token::Symbol(symbol) => self.symbol(symbol),
            Token::Word(word, number) => {
                if std::mem::take(&mut self.group.is_optional) && !is_known_destination(word) {
                    self.group.destination = Destination::Skip;
                }
                if !self.destination(word) {
                    self.word(word, number);
                }
            }
        }
    }

    fn byte(&mut self, byte: u8) {
        match self.group.destination {
            Destination::Text | Destination::InfoField(_) | Destination::FieldCode | Destination::Bookmark => {
                self.text.byte(byte);
            }
            Destination::StyleSheet => self.tables.style_byte(byte),
            Destination::Picture => {
                self.picture_bytes += 1;
                self.picture.digit(byte);
            }
            _ => {}
        }
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'*' => self.group.is_optional = true,
            b'\n' | b'\r' => self.end_paragraph(),
            b'~' => self.char('\u{a0}'),
            b'-' => self.char('\u{ad}'),
            b'_' => self.char('\u{2011}'),
            b'{' | b'}' | b'\\' => self.byte(symbol),
            _ => {}
        }
    }

    fn char(&mut self, c: char) {
        let charset = self.charset();
        if !matches!(self.group.destination, Destination::Skip | Destination::AnsiForm | Destination::Picture) {
            self.text.char(c, charset);
        }
    }

    fn charset(&self) -> Charset {
        self.tables.charset(self.group.font)
    }

    /// Passes the collected characters to their destination, before the format changes.
    fn flush(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = self.text.take(self.charset());
        match self.group.destination {
            Destination::Text => {
                let link = self.links.last().and_then(Option::as_deref);
                self.flow.text(&text, &self.group.format, link);
            }
            Destination::InfoField(field) => self.info.add(field, &text),
            Destination::FieldCode if self.code.len() + text.len() <= MAX_CODE_BYTES => self.code.push_str(&text),
            Destination::Bookmark if self.bookmark.len() + text.len() <= MAX_CODE_BYTES => {
                self.bookmark.push_str(&text);
            }
            _ => {}
        }
    }

    /// Whether the word begins a destination; then it is done with.
    fn destination(&mut self, word: &str) -> bool {
        let destination = match (self.group.destination, word) {
            (Destination::AnsiForm, "ud") => {
                let outside = self.outer.iter().rev().map(|group| group.destination);
                outside.into_iter().find(|other| *other != Destination::AnsiForm).unwrap_or_default()
            }
            (Destination::Skip | Destination::AnsiForm, _) => return self.group.destination == Destination::Skip,
            (_, "upr") => Destination::AnsiForm,
            (_, "fonttbl") => Destination::FontTable,
            (_, "stylesheet") => Destination::StyleSheet,
            (_, "listtable") => Destination::ListTable,
            (_, "listoverridetable") => Destination::ListOverrides,
            (_, "info") => Destination::Info,
            (Destination::Info, "title") => Destination::InfoField(InfoField::Title),
            (Destination::Info, "author") => Destination::InfoField(InfoField::Author),
            (Destination::Info, "subject") => Destination::InfoField(InfoField::Subject),
            (Destination::Info, "keywords") => Destination::InfoField(InfoField::Keywords),
            (Destination::Info, "doccomm") => Destination::InfoField(InfoField::Comment),
            (Destination::Info, "operator" | "manager" | "company" | "category" | "comment" | "hlinkbase") => {
                Destination::Skip
            }
            (Destination::Text, "pict") => {
                self.group.end = GroupEnd::Picture;
                self.picture = PictureData::default();
                Destination::Picture
            }
            (_, "fldinst") => {
                self.code.clear();
                Destination::FieldCode
            }
            (_, "bkmkstart") => {
                self.bookmark.clear();
                self.group.end = GroupEnd::Bookmark;
                Destination::Bookmark
            }
            (_, word) if is_not_text(word) => Destination::Skip,
            _ => return false,
        };
        self.group.destination = destination;
        true
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        match self.group.destination {
            Destination::FontTable => self.tables.font_word(word, number.unwrap_or(0)),
            Destination::StyleSheet => self.tables.style_word(word, number.unwrap_or(0)),
            Destination::ListTable => self.tables.list_word(word, number.unwrap_or(0)),
            Destination::ListOverrides => self.tables.override_word(word, number.unwrap_or(0)),
            Destination::Picture => {
                // Metafiles and device-independent bitmaps are none that a web view shows.
                if matches!(word, "pngblip" | "jpegblip") {
                    self.picture.is_kept = true;
                }
            }
            Destination::Skip | Destination::AnsiForm => {}
            _ => self.text_word(word, number),
        }
    }

    fn text_word(&mut self, word: &str, number: Option<i32>) {
        match word {
            "u" => {
                let (charset, skip) = (self.charset(), self.group.unicode_skip);
                self.text.unicode(number.unwrap_or(0), skip, charset);
            }
            "uc" => self.group.unicode_skip = usize::try_from(number.unwrap_or(1)).unwrap_or(0).min(16),
            "ansicpg" => {
                if let Some(encoding) = number.and_then(charset::of_code_page) {
                    self.text.encoding = encoding;
                }
            }
            "mac" => self.text.encoding = encoding_rs::MACINTOSH,
            "deff" => {
                self.default_font = number.unwrap_or(0);
                self.group.font = self.default_font;
            }
            "tab" | "page" | "column" | "emspace" | "enspace" | "qmspace" => self.char(' '),
            "emdash" => self.char('—'),
            "endash" => self.char('–'),
            "lquote" => self.char('‘'),
            "rquote" => self.char('’'),
            "ldblquote" => self.char('“'),
            "rdblquote" => self.char('”'),
            "bullet" => self.char('•'),
            "zwj" => self.char('\u{200d}'),
            "zwnj" => self.char('\u{200c}'),
            _ => {
                self.text.end_skip();
                self.flush();
                self.layout_word(word, number);
            }
        }
    }

    /// Words before which the text so far is written.
    fn layout_word(&mut self, word: &str, number: Option<i32>) {
        let in_text = self.group.destination == Destination::Text;
        match word {
            "par" | "sect" if in_text => self.end_paragraph(),
            "line" if in_text => self.flow.out().raw("<br>"),
            "cell" if in_text => self.flow.end_cell(),
            "nestcell" if in_text => self.flow.out().raw("<br>"),
            "row" if in_text => self.flow.end_row(),
            "pard" => self.group.paragraph = Paragraph::default(),
            "footnote" if in_text => {
                self.flow.set_link(None);
                let number = self.notes.refer(NoteKind::Footnote, "", self.flow.out());
                self.begin_part(GroupEnd::Note(number));
            }
            "ftnalt" => {
                if let GroupEnd::Note(number) = self.group.end {
                    self.notes.set_kind(number, NoteKind::Endnote);
                }
            }
            "shptxt" if in_text => self.begin_part(GroupEnd::TextBox),
            "field" => {
                self.links.push(None);
                self.group.end = GroupEnd::Field;
            }
            "fldrslt" => {
                if let Some(last) = self.links.last_mut() {
                    *last = link(&self.code);
                }
                self.group.end = GroupEnd::FieldResult;
            }
            _ if self.paragraph_word(word, number) => {}
            _ => self.format_word(word, number),
        }
    }

    /// Begins a part of the document with paragraphs of its own.
    fn begin_part(&mut self, end: GroupEnd) {
        self.flow.open_scope();
        self.group.end = end;
        self.group.paragraph = Paragraph::default();
        self.group.format = TextFormat::default();
    }

    fn paragraph_word(&mut self, word: &str, number: Option<i32>) -> bool {
        let paragraph = &mut self.group.paragraph;
        match word {
            "s" => paragraph.style = number.unwrap_or(0),
            "outlinelevel" => paragraph.outline_level = number.and_then(|level| u8::try_from(level).ok()),
            "intbl" => paragraph.in_table = true,
            "ls" => paragraph.list = number.unwrap_or(0),
            "ilvl" => paragraph.list_level = number.and_then(|level| u8::try_from(level).ok()).unwrap_or(0),
            "rtlpar" => paragraph.right_to_left = true,
            "ltrpar" => paragraph.right_to_left = false,
            _ => return false,
        }
        true
    }

    fn format_word(&mut self, word: &str, number: Option<i32>) {
        let on = number != Some(0);
        let format = &mut self.group.format;
        match word {
            "plain" => {
                *format = TextFormat::default();
                self.group.font = self.default_font;
            }
            "f" => self.group.font = number.unwrap_or(0),
            "b" => format.bold = on,
            "i" => format.italic = on,
            "ul" => format.underline = on,
            "ulnone" => format.underline = false,
            "strike" | "striked" => format.strike = on,
            "super" => (format.superscript, format.subscript) = (on, false),
            "sub" => (format.superscript, format.subscript) = (false, on),
            "nosupersub" => (format.superscript, format.subscript) = (false, false),
            // Deleted while changes were tracked.
            "v" | "deleted" => format.hidden = on,
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        self.flush();
        if self.group.destination == Destination::Text {
            self.flow.end_paragraph(&mut self.tables, self.group.paragraph);
        }
    }

    fn close_group(&mut self) {
        self.flush();
        let Some(outer) = self.outer.pop() else { return };
        let inner = std::mem::replace(&mut self.group, outer);
        if self.outer.is_empty() {
            // The last paragraph has the properties of the document's group.
            self.flow.end_paragraph(&mut self.tables, inner.paragraph);
        }
        match inner.end {
            GroupEnd::Nothing | GroupEnd::FieldResult => {}
            GroupEnd::Note(number) => {
                let content = self.flow.close_scope(&mut self.tables, inner.paragraph);
                self.notes.fill(number, content);
            }
            GroupEnd::TextBox => {
                let content = self.flow.close_scope(&mut self.tables, inner.paragraph);
                self.flow.float(&content);
            }
            GroupEnd::Field => {
                self.links.pop();
            }
            GroupEnd::Picture => {
                let number = std::mem::take(&mut self.picture).finish().map(|picture| {
                    self.pictures.push(picture);
                    self.pictures.len() - 1
                });
                if !self.group.format.hidden {
                    self.flow.out().picture(number, "");
                }
            }
            GroupEnd::Bookmark => {
                let name = std::mem::take(&mut self.bookmark);
                self.flow.out().anchor(name.trim());
            }
        }
    }
}

/// Destinations after `\*` that are read. Any other is skipped with its content.
fn is_known_destination(word: &str) -> bool {
    matches!(
        word,
        "fldinst"
            | "bkmkstart"
            | "shppict"
            | "shpinst"
            | "listtable"
            | "listoverridetable"
            | "ud"
            | "footnote"
            | "ftnalt"
    )
}

/// Destinations without `\*` that hold no text of the document.
fn is_not_text(word: &str) -> bool {
    matches!(
        word,
        "colortbl"
            | "header"
            | "headerl"
            | "headerr"
            | "headerf"
            | "footer"
            | "footerl"
            | "footerr"
            | "footerf"
            | "ftnsep"
            | "ftnsepc"
            | "ftncn"
            | "aftnsep"
            | "aftnsepc"
            | "aftncn"
            | "nonshppict"
            | "listtext"
            | "pntext"
            | "sp"
            | "shprslt"
            | "xe"
            | "tc"
            | "tcn"
            | "rxe"
            | "txe"
            | "filetbl"
            | "revtbl"
            | "template"
            | "private"
            | "objdata"
            | "objclass"
            | "objname"
            | "annotation"
            | "atnid"
            | "atnauthor"
            | "datafield"
            | "bkmkend"
            | "fontemb"
            | "fontfile"
            | "panose"
            | "falt"
            | "nesttableprops"
            | "nonesttables"
            | "listpicture"
            | "passwordhash"
    )
}
