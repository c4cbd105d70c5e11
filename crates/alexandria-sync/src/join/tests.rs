//! Trap 24, and invariant 10: a join that is killed anywhere ends with one id for each book.

use super::*;

const fn id(number: u8) -> PublicationId {
    PublicationId::from_bytes([number; 16])
}

/// The id that a book has under the account's key.
fn new_id(old: PublicationId) -> PublicationId {
    id(old.as_bytes()[0] + 100)
}

/// A library: what is stored, which a crash leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Library {
    books: BTreeSet<PublicationId>,
    on_shelf_again: BTreeSet<PublicationId>,
    progress: Option<JoinProgress>,
    has_account_key: bool,
    uploaded: BTreeSet<PublicationId>,
    is_asked: bool,
}

const UNREADABLE: PublicationId = id(4);

impl Library {
    fn new() -> Self {
        Self { books: [id(1), id(2), id(3), UNREADABLE].into(), ..Self::default() }
    }

    fn there() -> BTreeSet<PublicationId> {
        [new_id(id(2)), id(200)].into()
    }

    fn load(&self) -> Option<(Join, Vec<JoinOutput>)> {
        match &self.progress {
            Some(progress) => {
                let progress = JoinProgress { has_account_key: self.has_account_key, ..progress.clone() };
                Some(Join::resume(progress))
            }
            None if self.uploaded.is_empty() => Some(Join::begin(self.books.clone(), Self::there())),
            None => None,
        }
    }

    /// Carries out an output; what follows from it.
    fn carry_out(&mut self, output: JoinOutput) -> Option<JoinInput> {
        match output {
            JoinOutput::Hash(old) => Some(JoinInput::Hashed(old, (old != UNREADABLE).then(|| new_id(old)))),
            JoinOutput::Ask(summary) => {
                assert_eq!(summary, JoinSummary { here: 4, there: 2, same: 1, unreadable: 1 });
                assert_eq!(self.books, Self::new().books, "nothing changed before");
                self.is_asked = true;
                Some(JoinInput::Decided(true))
            }
            JoinOutput::Begin(progress) => {
                self.progress = Some(progress);
                None
            }
            JoinOutput::Move { from, to } => {
                assert!(self.books.remove(&from), "{from} is moved once");
                self.books.insert(to);
                let progress = self.progress.as_mut().unwrap();
                progress.remaining.remove(&from);
                progress.moved.insert(to);
                Some(JoinInput::Moved(from))
            }
            JoinOutput::TakeAccountKey => {
                self.has_account_key = true;
                Some(JoinInput::HasAccountKey)
            }
            JoinOutput::Upload => {
                assert!(self.has_account_key);
                self.uploaded = self.progress.as_ref().unwrap().moved.clone();
                Some(JoinInput::Pulled { deleted: [new_id(id(2)), id(200)].into() })
            }
            JoinOutput::Restore(books) => {
                self.on_shelf_again.extend(books);
                None
            }
            JoinOutput::Finished => {
                self.progress = None;
                None
            }
        }
    }

    /// Runs a join, and dies after `outputs` of them. Whether it came to its end.
    fn run(&mut self, outputs: usize) -> bool {
        let Some((mut join, first)) = self.load() else { return true };
        let mut queue: std::collections::VecDeque<_> = first.into();
        for _ in 0..outputs {
            let Some(output) = queue.pop_front() else { return true };
            if let Some(input) = self.carry_out(output) {
                queue.extend(join.step(input));
            }
        }
        false
    }
}

#[test]
fn join_that_is_killed_anywhere_ends_with_one_id_for_each_book() {
    let mut expect = Library::new();
    assert!(expect.run(100));
    let books = [new_id(id(1)), new_id(id(2)), new_id(id(3)), UNREADABLE];
    assert_eq!(expect.books, books.into());
    assert_eq!(expect.uploaded, books[..3].iter().copied().collect(), "what has no new id is not uploaded");
    assert_eq!(expect.on_shelf_again, [new_id(id(2))].into(), "deleted there, here on the shelf");
    for first in 0..20 {
        for second in 0..20 {
            let mut library = Library::new();
            library.run(first);
            library.run(second);
            assert!(library.run(100), "killed after {first}, then after {second}");
            assert_eq!(library, expect, "killed after {first}, then after {second}");
        }
    }
}

#[test]
fn library_that_is_kept_apart_stays_as_it_was() {
    let (mut join, outputs) = Join::begin([id(1)].into(), BTreeSet::new());
    assert_eq!(outputs, [JoinOutput::Hash(id(1))]);
    assert!(matches!(join.step(JoinInput::Hashed(id(1), Some(id(9)))).as_slice(), [JoinOutput::Ask(_)]));
    assert_eq!(join.step(JoinInput::Decided(false)), []);
    assert_eq!(join.step(JoinInput::Decided(true)), []);
    assert_eq!(join.step(JoinInput::Moved(id(1))), []);
}

#[test]
fn empty_library_is_asked_about_at_once() {
    let (_, outputs) = Join::begin(BTreeSet::new(), [id(1)].into());
    assert_eq!(outputs, [JoinOutput::Ask(JoinSummary { here: 0, there: 1, same: 0, unreadable: 0 })]);
}
