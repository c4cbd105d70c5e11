//! Lenient parsing of XML: the small files of an EPUB (container, package, NCX, encryption) and documents of word processors.
//!
//! Real package documents have undeclared prefixes, bare ampersands and HTML entities, which a strict parser rejects.
//! So tags are read with the HTML tokeniser and nested as written: names and attribute names become lower case, prefixes
//! stay on attributes (`opf:role`) and are dropped from elements. DTDs are ignored, so there are no entity bombs.

use std::cell::{Cell, RefCell};

use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::{LocalName, QualName, ns};

use super::parse::feed;
use super::tree::{Dom, NodeId};
use crate::error::{ExtractError, LimitKind};
use crate::limits::{Guard, within};

/// Parses an XML file.
pub(crate) fn parse_xml(text: &str, guard: &Guard) -> Result<Dom, ExtractError> {
    let sink = XmlSink {
        dom: RefCell::new(Dom::new()),
        open: RefCell::new(vec![Dom::DOCUMENT]),
        guard,
        breach: Cell::new(None),
    };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    feed(&tokenizer, text, guard)?;
    match tokenizer.sink.breach.take() {
        Some(breach) => Err(breach),
        None => Ok(tokenizer.sink.dom.into_inner()),
    }
}

struct XmlSink<'g> {
    dom: RefCell<Dom>,
    /// Open elements, innermost last; the first is always the document.
    open: RefCell<Vec<NodeId>>,
    guard: &'g Guard,
    breach: Cell<Option<ExtractError>>,
}

impl XmlSink<'_> {
    fn innermost(&self) -> NodeId {
        self.open.borrow().last().copied().unwrap_or(Dom::DOCUMENT)
    }

    fn start(&self, tag: Tag, local: LocalName) -> Result<(), ExtractError> {
        let mut dom = self.dom.borrow_mut();
        within(self.open.borrow().len(), LimitKind::Depth, self.guard.limits.depth)?;
        within(dom.len(), LimitKind::Nodes, self.guard.limits.nodes)?;
        let element = dom.add_element(QualName::new(None, ns!(), local), tag.attrs);
        dom.append(self.innermost(), element);
        if !tag.self_closing {
            self.open.borrow_mut().push(element);
        }
        Ok(())
    }

    fn end(&self, local: &LocalName) {
        let mut open = self.open.borrow_mut();
        let dom = self.dom.borrow();
        if let Some(at) = open.iter().rposition(|id| dom.name(*id).is_some_and(|name| name.local == *local)) {
            open.truncate(at);
        }
    }
}

impl TokenSink for XmlSink<'_> {
    type Handle = NodeId;

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<NodeId> {
        match token {
            Token::TagToken(tag) => {
                let local = tag.name.split_once(':').map_or_else(|| tag.name.clone(), |(_, local)| local.into());
                if tag.kind == TagKind::EndTag {
                    self.end(&local);
                } else if let Err(breach) = self.start(tag, local) {
                    self.breach.set(Some(breach));
                }
            }
            Token::CharacterTokens(text) => self.dom.borrow_mut().append_text(self.innermost(), &text),
            Token::DoctypeToken(_)
            | Token::CommentToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        true
    }
}
