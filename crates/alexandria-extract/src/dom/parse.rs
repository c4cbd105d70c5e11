//! Parsing HTML and XHTML as browsers do (WHATWG HTML §13.2, through `html5ever`).
//!
//! XHTML is parsed by the same rules, because the rendered page is written from this tree. Only its own syntax is
//! translated first: `<a/>` is closed, `</br>` is ignored, prefixes are dropped, CDATA is text.

use std::cell::Cell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Doctype, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{LocalName, TokenizerResult, local_name};

use super::build::DomSink;
use super::tree::{Dom, NodeId};
use crate::error::{ExtractError, LimitKind};
use crate::limits::{Guard, within};

/// Bytes given to the tokeniser between two checks of the time.
const CHUNK_BYTES: usize = 16 << 10;

/// How markup is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    Html,
    Xhtml,
}

/// Parses a page. Malformed markup is no error; a limit is.
pub(crate) fn parse_html(markup: &str, syntax: Syntax, guard: &Guard) -> Result<Dom, ExtractError> {
    let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let builder = TreeBuilder::new(DomSink::new(), options);
    // Every page is rendered in standards mode, so it is parsed in it.
    let doctype = Doctype { name: Some(StrTendril::from("html")), ..Doctype::default() };
    let _ = builder.process_token(Token::DoctypeToken(doctype), 1);
    let filter = Filter { builder, syntax, guard, breach: Cell::new(None) };
    let tokenizer = Tokenizer::new(filter, TokenizerOpts::default());
    feed(&tokenizer, markup, guard)?;
    if let Some(breach) = tokenizer.sink.breach.take() {
        return Err(breach);
    }
    Ok(tokenizer.sink.builder.sink.finish())
}

/// Feeds markup to a tokeniser in chunks.
pub(super) fn feed<S: TokenSink>(tokenizer: &Tokenizer<S>, markup: &str, guard: &Guard) -> Result<(), ExtractError> {
    let queue = BufferQueue::default();
    let mut rest = markup;
    while !rest.is_empty() {
        guard.check_time()?;
        let (chunk, tail) = rest.split_at(rest.ceil_char_boundary(CHUNK_BYTES));
        rest = tail;
        queue.push_back(StrTendril::from(chunk));
        while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
    }
    tokenizer.end();
    Ok(())
}

/// Sits between tokeniser and tree builder: translates XHTML, and stops building once a limit is reached.
struct Filter<'g> {
    builder: TreeBuilder<NodeId, DomSink>,
    syntax: Syntax,
    guard: &'g Guard,
    breach: Cell<Option<ExtractError>>,
}

impl Filter<'_> {
    fn check(&self) -> Result<(), ExtractError> {
        let (sink, limits) = (&self.builder.sink, &self.guard.limits);
        let dom = sink.dom.borrow();
        within(sink.deepest.get(), LimitKind::Depth, limits.depth)?;
        within(dom.len().max(dom.attributes_len()), LimitKind::Nodes, limits.nodes)?;
        within(dom.text_len(), LimitKind::MarkupBytes, limits.markup_bytes)
    }

    fn tag(&self, mut tag: Tag, line: u64) -> TokenSinkResult<NodeId> {
        if let Err(breach) = self.check() {
            self.breach.set(Some(breach));
            return TokenSinkResult::Continue;
        }
        if self.syntax == Syntax::Html {
            return self.builder.process_token(Token::TagToken(tag), line);
        }
        if let Some((_, local)) = tag.name.split_once(':') {
            tag.name = LocalName::from(local);
        }
        let void = is_void(&tag.name);
        if tag.kind == TagKind::EndTag && void {
            return TokenSinkResult::Continue;
        }
        let closes = tag.kind == TagKind::StartTag && tag.self_closing && !void;
        let name = tag.name.clone();
        let result = self.builder.process_token(Token::TagToken(tag), line);
        // Foreign elements are closed by the builder itself; html ones are not.
        if closes && (matches!(result, TokenSinkResult::RawData(_)) || !self.in_foreign_content()) {
            let end = Tag {
                kind: TagKind::EndTag,
                name,
                self_closing: false,
                attrs: Vec::new(),
                had_duplicate_attributes: false,
            };
            let _ = self.builder.process_token(Token::TagToken(end), line);
            return TokenSinkResult::Continue;
        }
        result
    }

    fn in_foreign_content(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl TokenSink for Filter<'_> {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        // `Cell` has no peek; a breach is rare and final, so it is put back.
        if let Some(breach) = self.breach.take() {
            self.breach.set(Some(breach));
            return TokenSinkResult::Continue;
        }
        match token {
            Token::TagToken(tag) => self.tag(tag, line),
            Token::CharacterTokens(_) | Token::NullCharacterToken | Token::EOFToken => {
                self.builder.process_token(token, line)
            }
            Token::DoctypeToken(_) | Token::CommentToken(_) | Token::ParseError(_) => TokenSinkResult::Continue,
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.syntax == Syntax::Xhtml || self.in_foreign_content()
    }
}

/// Elements of HTML that have no end tag.
fn is_void(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("area")
            | local_name!("base")
            | local_name!("br")
            | local_name!("col")
            | local_name!("embed")
            | local_name!("hr")
            | local_name!("img")
            | local_name!("input")
            | local_name!("link")
            | local_name!("meta")
            | local_name!("source")
            | local_name!("track")
            | local_name!("wbr")
    )
}
