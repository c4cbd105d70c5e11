//! Snippets, fusion and feedback as data.

use alexandria_domain::PassageId;
use alexandria_index::{Embedding, Neighbour};
use alexandria_store::ExactHit;

use super::feedback::Vectors;
use super::hit::Scores;
use super::{Found, feedback, fuse, hybrid, snippet};

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

fn near(n: u32, similarity: f32) -> Neighbour {
    Neighbour { passage: passage(n), similarity }
}

fn order(found: &[Found]) -> Vec<i64> {
    found.iter().map(|found| found.passage.ordinal()).collect()
}

#[test]
fn fusion_prefers_what_both_rankings_find() {
    let exact = [(1, 9.0), (2, 5.0), (3, 1.0)].map(|(n, score)| ExactHit { passage: passage(n), score });
    let semantic = [near(4, 0.9), near(2, 0.8), near(5, 0.1)];
    assert_eq!(order(&fuse::fuse(&exact, &semantic)), [2, 4, 1, 3, 5]);
    assert!(fuse::fuse(&[], &[]).is_empty());
}

#[test]
fn fusion_keeps_both_scores() {
    let exact = [ExactHit { passage: passage(1), score: 3.0 }];
    let fused = fuse::fuse(&exact, &[near(1, 0.5)]);
    assert_eq!(fused.first().map(|found| (found.scores.exact, found.scores.semantic)), Some((Some(3.0), Some(0.5))));
}

/// A vector of length 1 in the plane of the first two dimensions.
fn at(degrees: f32) -> Embedding {
    let mut vector = [0.0; _];
    (vector[0], vector[1]) = (degrees.to_radians().cos(), degrees.to_radians().sin());
    vector
}

fn found(n: u32, fused: f64) -> Found {
    Found { passage: passage(n), scores: Scores { fused, ..Scores::default() } }
}

#[test]
fn feedback_moves_the_query_towards_hits_that_agree() {
    let best: Vec<Found> = (0..7).map(|n| found(n, 1.0)).collect();
    let vectors: Vectors = (0..6).map(|n| (passage(n), at(40.0))).collect();
    let moved = feedback::moved(&at(0.0), &best, &vectors).unwrap();
    assert!((feedback::cosine(&moved, &at(20.0)) - 1.0).abs() < 1e-5);
    let few: Vectors = (0..5).map(|n| (passage(n), at(40.0))).collect();
    assert!(feedback::moved(&at(0.0), &best, &few).is_none(), "too few to tell anything");
    let opposite: Vectors = (0..6).map(|n| (passage(n), at(180.0))).collect();
    assert!(feedback::moved(&at(0.0), &best, &opposite).is_none(), "no direction is left");
}

#[test]
fn what_both_rankings_have_first_stays_first() {
    let mut ranking = [found(3, 0.9), found(1, 0.8), found(2, 0.7)];
    feedback::keep_first(&mut ranking, passage(2));
    assert_eq!(ranking, [found(2, 0.9), found(3, 0.9), found(1, 0.8)]);
    feedback::keep_first(&mut ranking, passage(9));
    assert_eq!(order(&ranking), [2, 3, 1], "one that is not there changes nothing");
    feedback::keep_first(&mut [], passage(1));
    let words = |first| [first, 7].map(|n| ExactHit { passage: passage(n), score: 1.0 });
    assert_eq!(hybrid::agreed(&words(1), &[near(1, 0.9), near(2, 0.8)]), Some(passage(1)));
    assert_eq!(hybrid::agreed(&words(2), &[near(1, 0.9), near(2, 0.8)]), None);
    assert_eq!(hybrid::agreed(&[], &[near(1, 0.9)]), None);
    assert_eq!(hybrid::agreed(&words(1), &[]), None);
}

#[test]
fn what_is_like_a_good_hit_gains_on_what_is_not() {
    // 2 and 3 score nearly the same; 3 is like the best hit, 2 like nothing.
    let mut ranking = [found(1, 1.0), found(2, 0.52), found(3, 0.50)];
    let vectors: Vectors = [(passage(1), at(0.0)), (passage(2), at(90.0)), (passage(3), at(5.0))].into();
    feedback::smooth(&mut ranking, &vectors);
    assert_eq!(order(&ranking), [1, 3, 2]);
    let mut alone = [found(1, 1.0), found(2, 0.5)];
    feedback::smooth(&mut alone, &Vectors::new());
    assert_eq!(alone, [found(1, 1.0), found(2, 0.5)], "without vectors nothing changes");
}

proptest::proptest! {
    /// Law: smoothing loses nothing, invents nothing, and leaves the ranking in order.
    #[test]
    fn smoothing_only_reorders(scores in proptest::collection::vec(0.0..1.0_f64, 0..150), step in 0.0..9.0_f32) {
        let mut ranking: Vec<Found> = (0..).zip(scores).map(|(n, score)| found(n, score)).collect();
        fuse::best_first(&mut ranking);
        let mut before = order(&ranking);
        let vectors: Vectors = ranking.iter().zip(0_u8..).map(|(found, n)| (found.passage, at(f32::from(n) * step))).collect();
        feedback::smooth(&mut ranking, &vectors);
        proptest::prop_assert!(ranking.is_sorted_by(|a, b| a.scores.fused >= b.scores.fused));
        let mut after = order(&ranking);
        before.sort_unstable();
        after.sort_unstable();
        proptest::prop_assert_eq!(before, after);
    }
}
