//! The text of a document, to markup: what is in paragraphs.

use super::body::{Body, End, Visit};
use super::math;
use super::package::Target;
use super::run::Run;
use crate::dom::{Dom, NodeId};
use crate::markup::NoteKind;
use crate::symbol;

impl Body<'_> {
    /// Runs, links, fields and formulas.
    pub(super) fn open_inline(&mut self, dom: &Dom, id: NodeId) -> Visit {
        match dom.local(id) {
            "r" => {
                let run = Run::of(dom, id, self.context.styles, self.hidden, self.context.language);
                self.runs.push(run);
                self.ends.push((id, End::Run));
            }
            "hyperlink" => self.open_hyperlink(dom, id),
            "fldsimple" => {
                self.fields.begin();
                self.fields.code(dom.local_attribute(id, "instr").unwrap_or_default());
                self.fields.separate();
                self.ends.push((id, End::Field));
            }
            "bookmarkstart" => self.anchor(dom.local_attribute(id, "name").unwrap_or_default()),
            "ruby" => self.open_markup(id, "<ruby>", "</ruby>"),
            "rt" => {
                self.out.open_buffer();
                self.ends.push((id, End::RubyText));
            }
            "rubybase" => self.ends.push((id, End::RubyBase)),
            "omath" => {
                self.math += 1;
                self.ends.push((id, End::Math));
            }
            _ => return self.content(dom, id),
        }
        Visit::Enter
    }

    /// What has no elements of its own inside.
    fn content(&mut self, dom: &Dom, id: NodeId) -> Visit {
        let attribute = |name: &str| dom.local_attribute(id, name).unwrap_or_default();
        match dom.local(id) {
            "t" => {
                let text: String = dom.children(id).filter_map(|child| dom.text(child)).collect();
                self.text(&text);
                return Visit::Skip;
            }
            "instrtext" => {
                let code: String = dom.children(id).filter_map(|child| dom.text(child)).collect();
                self.fields.code(&code);
                return Visit::Skip;
            }
            "fldchar" => match attribute("fldchartype") {
                "begin" => self.fields.begin(),
                "separate" => self.fields.separate(),
                _ => self.fields.end(),
            },
            "tab" | "ptab" => self.text(" "),
            "br" if matches!(attribute("type"), "page" | "column") => self.text(" "),
            "br" | "cr" if self.is_visible() => self.out.raw("<br>"),
            "nobreakhyphen" => self.text("\u{2011}"),
            "softhyphen" => self.text("\u{ad}"),
            "sym" => {
                let code = u32::from_str_radix(attribute("char"), 16).unwrap_or_default();
                if let Some(c) = symbol::to_unicode(attribute("font"), code) {
                    self.text(c.encode_utf8(&mut [0; 4]));
                }
            }
            "footnotereference" => self.refer(NoteKind::Footnote, attribute("id")),
            "endnotereference" => self.refer(NoteKind::Endnote, attribute("id")),
            "docpr" => {
                let description = Some(attribute("descr")).filter(|text| !text.is_empty());
                self.description = description.unwrap_or_else(|| attribute("title")).to_owned();
            }
            // Its content is the same picture as a drawing.
            "blip" => {
                self.picture(attribute("embed"));
                return Visit::Skip;
            }
            "imagedata" => self.picture(attribute("id")),
            _ if self.math > 0 && self.is_visible() => {
                let end = math::open(dom, id, &mut self.out);
                if !end.is_empty() {
                    self.ends.push((id, End::Markup(end)));
                }
            }
            _ => {}
        }
        Visit::Enter
    }

    /// Whether what comes next is written: it is in a paragraph, in no code, and not hidden.
    fn is_visible(&mut self) -> bool {
        let is_hidden = self.runs.last().is_some_and(|run| run.format.hidden);
        !is_hidden && !self.fields.in_code() && self.scope().scope.in_paragraph
    }

    fn text(&mut self, text: &str) {
        if self.is_visible() {
            self.follow_field_link();
            match self.runs.last() {
                Some(run) => run.format.write(&symbol::translate(&run.font, text), &mut self.out),
                None => self.out.text(text),
            }
        }
    }

    fn follow_field_link(&mut self) {
        let link = self.fields.link().map(str::to_owned);
        let open = self.scope();
        open.scope.set_field_link(link.as_deref(), open.out);
    }

    fn refer(&mut self, kind: NoteKind, id: &str) {
        if self.is_visible() {
            // A link in a link would end the outer one.
            let open = self.scope();
            open.scope.set_field_link(None, open.out);
            self.notes.refer(kind, id, &mut self.out);
        }
    }

    /// A picture of the package. One outside it has no relationship to a part, so it leaves nothing.
    fn picture(&mut self, relationship: &str) {
        let description = std::mem::take(&mut self.description);
        let Some(Target::Part(name)) = self.context.relationships.get(relationship) else { return };
        if self.is_visible() {
            self.follow_field_link();
            let number = self.pictures.number_of(name);
            self.out.picture(number, &description);
        }
    }

    fn open_hyperlink(&mut self, dom: &Dom, id: NodeId) {
        let bookmark = dom.local_attribute(id, "anchor").unwrap_or_default();
        let address = match dom.local_attribute(id, "id").and_then(|id| self.context.relationships.get(id)) {
            Some(Target::External(address)) => address.as_str(),
            Some(Target::Part(_)) | None => "",
        };
        let separator = if bookmark.is_empty() || address.contains('#') { "" } else { "#" };
        let bookmark = if separator.is_empty() { "" } else { bookmark };
        let target = format!("{address}{separator}{bookmark}");
        let open = self.scope();
        if target.is_empty() || open.scope.in_hyperlink || !open.scope.in_paragraph {
            return;
        }
        open.scope.set_field_link(None, open.out);
        open.scope.in_hyperlink = true;
        open.out.start("a", &[("href", &target)]);
        self.ends.push((id, End::Hyperlink));
    }

    /// A bookmark. Word keeps the place of the last change in one of its own.
    fn anchor(&mut self, name: &str) {
        if name == "_GoBack" {
            return;
        }
        let open = self.scope();
        if open.scope.in_paragraph {
            open.out.anchor(name);
        } else {
            self.pending_anchors.push(name.to_owned());
        }
    }
}
