//! Snippets and fusion as data.

use alexandria_domain::PassageId;
use alexandria_store::ExactHit;

use super::hit::Scores;
use super::{Found, fuse, snippet};

/// Shows a snippet with its marks in brackets.
fn shown(passage: &str, words: &[&str]) -> String {
    let marks: Vec<_> = words.iter().filter_map(|word| passage.find(word).map(|at| at..at + word.len())).collect();
    let snippet = snippet::cut(passage, &marks);
    let mut text = snippet.text.clone();
    for mark in snippet.marks.iter().rev() {
        text.insert(mark.end, ']');
        text.insert(mark.start, '[');
    }
    text
}

#[test]
fn short_passages_are_shown_whole() {
    assert_eq!(shown("The white\nwhale.", &["white"]), "The [white] whale.");
    assert_eq!(shown("Nothing marked.", &[]), "Nothing marked.");
    assert_eq!(shown("", &[]), "");
}

#[test]
fn long_passages_are_cut_at_words_around_the_first_mark() {
    let passage = format!("{}needle {}", "alpha ".repeat(60), "omega ".repeat(80));
    let text = shown(&passage, &["needle"]);
    assert!(text.starts_with("… alpha") && text.ends_with("omega …"), "{text}");
    assert!(text.contains("[needle]"));
    assert!(text.chars().count() < 320);
}

#[test]
fn a_mark_longer_than_the_snippet_is_kept_whole() {
    let passage = "x".repeat(2000);
    let mark = std::iter::once(0..1500).collect::<Vec<_>>();
    assert_eq!(snippet::cut(&passage, &mark).marks, mark);
}

proptest::proptest! {
    /// Law: marks of a snippet lie on characters and mark the same words as in the passage.
    #[test]
    fn marks_stay_on_their_words(passage in "\\PC{0,600}", at in 0usize..600, length in 1usize..40) {
        let start = passage.floor_char_boundary(at);
        let end = passage.ceil_char_boundary(start + length);
        let expect = passage.get(start..end).unwrap_or_default().replace('\n', " ");
        let mark: Vec<_> = std::iter::once(start..end).collect();
        let snippet = snippet::cut(&passage, &mark);
        for mark in snippet.marks {
            proptest::prop_assert_eq!(snippet.text.get(mark), Some(expect.as_str()));
        }
    }
}

fn passage(n: u32) -> PassageId {
    PassageId::new(1, n).unwrap()
}

#[test]
fn fusion_prefers_what_both_rankings_find() {
    let exact = [(1, 9.0), (2, 5.0), (3, 1.0)].map(|(n, score)| ExactHit { passage: passage(n), score });
    let semantic =
        [(4, 0.9), (2, 0.8), (5, 0.1)].map(|(n, score)| Found { passage: passage(n), scores: Scores::semantic(score) });
    let order: Vec<i64> = fuse::fuse(&exact, &semantic).iter().map(|found| found.passage.ordinal()).collect();
    assert_eq!(order, [2, 4, 1, 3, 5]);
    assert!(fuse::fuse(&[], &[]).is_empty());
}

#[test]
fn fusion_keeps_both_scores() {
    let exact = [ExactHit { passage: passage(1), score: 3.0 }];
    let semantic = [Found { passage: passage(1), scores: Scores::semantic(0.5) }];
    let fused = fuse::fuse(&exact, &semantic);
    assert_eq!(fused.first().map(|found| (found.scores.exact, found.scores.semantic)), Some((Some(3.0), Some(0.5))));
}
