//! Snippets, fusion and feedback as data.

use alexandria_domain::PassageId;
use alexandria_index::{Embedding, Neighbour};
use alexandria_store::ExactHit;

use super::feedback::Vectors;
use super::ranking::{RankedPassage, Scores, best_first};
use super::{feedback, fuse, hybrid, snippet};

/// A snippet with its marks in brackets.
fn marked_snippet(passage: &str, words: &[&str]) -> String {
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
fn snippet_of_a_short_passage_is_complete() {
    assert_eq!(marked_snippet("The white\nwhale.", &["white"]), "The [white] whale.");
    assert_eq!(marked_snippet("Nothing marked.", &[]), "Nothing marked.");
    assert_eq!(marked_snippet("", &[]), "");
}

#[test]
fn snippet_of_a_long_passage_surrounds_the_first_mark() {
    let passage = format!("{}needle {}", "alpha ".repeat(60), "omega ".repeat(80));
    let text = marked_snippet(&passage, &["needle"]);
    assert!(text.starts_with("… alpha") && text.ends_with("omega …"), "{text}");
    assert!(text.contains("[needle]"));
    assert!(text.chars().count() < 320);
}

#[test]
fn snippet_contains_a_long_mark_completely() {
    let passage = "x".repeat(2000);
    let mark = std::iter::once(0..1500).collect::<Vec<_>>();
    assert_eq!(snippet::cut(&passage, &mark).marks, mark);
}

proptest::proptest! {
    /// Marks of a snippet are on character boundaries and mark the same words as in the passage.
    #[test]
    fn snippet_marks_the_words_of_the_passage(passage in "\\PC{0,600}", at in 0usize..600, length in 1usize..40) {
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

fn order(ranking: &[RankedPassage]) -> Vec<i64> {
    ranking.iter().map(|ranked| ranked.passage.ordinal()).collect()
}

#[test]
fn fuse_prefers_passages_of_both_rankings() {
    let exact = [(1, 9.0), (2, 5.0), (3, 1.0)].map(|(n, score)| ExactHit { passage: passage(n), score });
    let semantic = [near(4, 0.9), near(2, 0.8), near(5, 0.1)];
    assert_eq!(order(&fuse::fuse(&exact, &semantic)), [2, 4, 1, 3, 5]);
    assert!(fuse::fuse(&[], &[]).is_empty());
}

#[test]
fn fuse_keeps_both_scores() {
    let exact = [ExactHit { passage: passage(1), score: 3.0 }];
    let fused = fuse::fuse(&exact, &[near(1, 0.5)]);
    assert_eq!(fused.first().map(|ranked| (ranked.scores.exact, ranked.scores.semantic)), Some((Some(3.0), Some(0.5))));
}

/// A unit vector in the plane of the first two dimensions.
fn at(degrees: f32) -> Embedding {
    let mut vector = [0.0; _];
    (vector[0], vector[1]) = (degrees.to_radians().cos(), degrees.to_radians().sin());
    vector
}

fn ranked(n: u32, fused: f64) -> RankedPassage {
    RankedPassage { passage: passage(n), scores: Scores { fused, ..Scores::default() } }
}

#[test]
fn move_query_moves_towards_hits_that_agree() {
    let best: Vec<RankedPassage> = (0..7).map(|n| ranked(n, 1.0)).collect();
    let vectors: Vectors = (0..6).map(|n| (passage(n), at(40.0))).collect();
    let moved = feedback::move_query(&at(0.0), &best, &vectors).unwrap();
    assert!((feedback::cosine(&moved, &at(20.0)) - 1.0).abs() < 1e-5);
    let few: Vectors = (0..5).map(|n| (passage(n), at(40.0))).collect();
    assert!(feedback::move_query(&at(0.0), &best, &few).is_none(), "too few hits with vectors");
    let opposite: Vectors = (0..6).map(|n| (passage(n), at(180.0))).collect();
    assert!(feedback::move_query(&at(0.0), &best, &opposite).is_none(), "no direction remains");
}

#[test]
fn pin_first_keeps_the_common_top_hit_first() {
    let mut ranking = [ranked(3, 0.9), ranked(1, 0.8), ranked(2, 0.7)];
    feedback::pin_first(&mut ranking, passage(2));
    assert_eq!(ranking, [ranked(2, 0.9), ranked(3, 0.9), ranked(1, 0.8)]);
    feedback::pin_first(&mut ranking, passage(9));
    assert_eq!(order(&ranking), [2, 3, 1], "an unknown passage changes nothing");
    feedback::pin_first(&mut [], passage(1));
    let words = |first| [first, 7].map(|n| ExactHit { passage: passage(n), score: 1.0 });
    assert_eq!(hybrid::common_top_hit(&words(1), &[near(1, 0.9), near(2, 0.8)]), Some(passage(1)));
    assert_eq!(hybrid::common_top_hit(&words(2), &[near(1, 0.9), near(2, 0.8)]), None);
    assert_eq!(hybrid::common_top_hit(&[], &[near(1, 0.9)]), None);
    assert_eq!(hybrid::common_top_hit(&words(1), &[]), None);
}

#[test]
fn smooth_prefers_candidates_similar_to_good_hits() {
    // 2 and 3 score nearly the same; 3 is like the best hit, 2 like nothing.
    let mut ranking = [ranked(1, 1.0), ranked(2, 0.52), ranked(3, 0.50)];
    let vectors: Vectors = [(passage(1), at(0.0)), (passage(2), at(90.0)), (passage(3), at(5.0))].into();
    feedback::smooth(&mut ranking, &vectors);
    assert_eq!(order(&ranking), [1, 3, 2]);
    let mut alone = [ranked(1, 1.0), ranked(2, 0.5)];
    feedback::smooth(&mut alone, &Vectors::new());
    assert_eq!(alone, [ranked(1, 1.0), ranked(2, 0.5)], "without vectors nothing changes");
}

proptest::proptest! {
    /// Smoothing keeps the set of passages and leaves the ranking sorted.
    #[test]
    fn smooth_only_reorders(scores in proptest::collection::vec(0.0..1.0_f64, 0..150), step in 0.0..9.0_f32) {
        let mut ranking: Vec<RankedPassage> = (0..).zip(scores).map(|(n, score)| ranked(n, score)).collect();
        best_first(&mut ranking);
        let mut before = order(&ranking);
        let vectors: Vectors = ranking.iter().zip(0_u8..).map(|(ranked, n)| (ranked.passage, at(f32::from(n) * step))).collect();
        feedback::smooth(&mut ranking, &vectors);
        proptest::prop_assert!(ranking.is_sorted_by(|a, b| a.scores.fused >= b.scores.fused));
        let mut after = order(&ranking);
        before.sort_unstable();
        after.sort_unstable();
        proptest::prop_assert_eq!(before, after);
    }
}
