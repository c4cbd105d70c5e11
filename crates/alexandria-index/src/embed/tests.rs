use std::sync::LazyLock;
use std::thread;

use alexandria_domain::{CodedError, ErrorCode};
use proptest::prelude::*;

use super::*;
use crate::runtime::{RuntimeError, RuntimeFiles};

static EMBEDDER: LazyLock<Embedder> = LazyLock::new(|| {
    let files = RuntimeFiles::locate().expect("the tests need the model: run `cargo xtask setup`");
    Embedder::load(&files, 2).expect("the model does not load: run `cargo xtask setup`")
});

fn dot(a: &Embedding, b: &Embedding) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The first values of the two sentences' vectors in full precision.
const FROZEN: [(&str, [f32; 8]); 2] = [
    ("A man is eating food.", [0.0332, 0.0044, -0.0063, 0.0484, -0.1387, -0.0336, 0.1011, -0.0544]),
    ("A man is eating a piece of bread.", [0.0525, 0.0552, -0.0112, -0.0057, -0.1272, -0.0223, 0.0769, 0.0132]),
];

#[test]
fn embeddings_match_the_published_model() {
    let vectors = EMBEDDER.embed(&FROZEN.map(|(text, _)| text)).unwrap();
    for ((text, frozen), vector) in FROZEN.iter().zip(&vectors) {
        for (number, frozen) in vector.iter().zip(frozen) {
            // Int8 weights change each value a little; another model would change it ten times as much.
            assert!((number - frozen).abs() < 0.02, "{text}: {number} instead of {frozen}");
        }
    }
    // 0.755 is the published similarity.
    let similarity = dot(&vectors[0], &vectors[1]);
    assert!((similarity - 0.755).abs() < 0.02, "{similarity}");
}

#[test]
fn related_texts_are_more_similar_than_unrelated_ones() {
    let check = |query: &str, near: &str, far: &str| {
        let query = EMBEDDER.embed_query(query).unwrap();
        let vectors = EMBEDDER.embed(&[near, far]).unwrap();
        assert!(dot(&query, &vectors[0]) > dot(&query, &vectors[1]) + 0.1);
    };
    check("a scientist regrets the creature he made", "I beheld the wretch whom I had created.", "Call me Ishmael.");
    check("hunting a white whale", "There she blows! It is Moby Dick!", "The rate of profit falls as stock grows.");
}

#[test]
fn embedding_depends_on_the_text_alone() {
    let long = "the sea and the ship ".repeat(60);
    let texts = ["", "whale", &long, "A man is eating food.", "鯨", "whale", &long, "x"];
    let together = EMBEDDER.embed(&texts).unwrap();
    for (text, vector) in texts.iter().zip(&together) {
        assert_eq!(EMBEDDER.embed(&[text]).unwrap(), [*vector]);
        assert_eq!(EMBEDDER.embed_query(text).unwrap(), *vector);
    }
    EMBEDDER.release_memory();
    assert_eq!(EMBEDDER.embed(&texts).unwrap(), together);
    assert_eq!(EMBEDDER.embed(&[]).unwrap(), Vec::<Embedding>::new());
}

/// Text of several chunks, on two subjects.
fn long_text() -> String {
    let gardening = "She watered the roses in the garden and pruned them before the winter came. ";
    let sailing = "The captain of the ship set her sails against the rising storm at sea. ";
    gardening.repeat(20) + &sailing.repeat(60)
}

#[test]
fn embed_long_query_equals_embed_query_for_a_short_text() {
    for text in ["", "whale", "A man is eating food. He likes it.", &"the sea and the ship ".repeat(50)] {
        assert!(EMBEDDER.count_tokens(text) <= MAX_TOKENS - 2);
        assert_eq!(EMBEDDER.embed_long_query(text).unwrap(), EMBEDDER.embed_query(text).unwrap(), "{text}");
    }
}

#[test]
fn embed_long_query_covers_all_of_the_text() {
    let text = long_text();
    assert!(EMBEDDER.count_tokens(&text) > 4 * MAX_TOKENS);
    let vector = EMBEDDER.embed_long_query(&text).unwrap();
    assert!((dot(&vector, &vector) - 1.0).abs() < 1e-4);
    let [gardening, sailing] =
        ["roses in a garden", "a ship in a storm"].map(|text| EMBEDDER.embed_query(text).unwrap());
    let truncated = EMBEDDER.embed_query(&text).unwrap();
    assert!(dot(&truncated, &sailing) < dot(&truncated, &gardening), "the beginning is about gardening");
    assert!(dot(&vector, &sailing) > dot(&vector, &gardening), "three quarters are about sailing");
}

#[test]
fn embed_long_query_bounds_the_number_of_chunks() {
    let text = long_text().repeat(10);
    let count = |text: &str| EMBEDDER.count_tokens(text);
    let chunks = alexandria_domain::Chunker::new(&count).chunks(&text);
    assert!(chunks.len() > embedder::MAX_QUERY_CHUNKS);
    let embedded = text.get(..chunks[embedder::MAX_QUERY_CHUNKS - 1].end).unwrap();
    assert_eq!(EMBEDDER.embed_long_query(&text).unwrap(), EMBEDDER.embed_long_query(embedded).unwrap());
}

#[test]
fn weighted_mean_weights_unit_vectors_by_tokens() {
    let axis = |axis: usize, tokens| {
        let mut vector = [0.0; DIMENSIONS];
        vector[axis] = 1.0;
        pool::ChunkVector { vector, tokens }
    };
    let mean = pool::weighted_mean(&[axis(0, 30), axis(1, 40)]).unwrap();
    assert!((mean[0] - 0.6).abs() < 1e-6 && (mean[1] - 0.8).abs() < 1e-6, "{:?}", &mean[..2]);
    assert_eq!(pool::weighted_mean(&[axis(2, 7)]).unwrap(), axis(2, 1).vector);
    assert!(pool::weighted_mean(&[]).is_none());
}

#[test]
fn embedder_does_not_load_a_damaged_model() {
    let files = RuntimeFiles::locate().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let link = |name: &str, source: &std::path::Path| std::fs::copy(source, folder.path().join(name)).unwrap();
    link(crate::runtime::pinned::TOKENIZER.name, files.tokenizer_path());
    link(crate::runtime::pinned::LIBRARY.name, files.library_path());
    std::fs::write(folder.path().join(crate::runtime::pinned::MODEL.name), b"no model").unwrap();
    let damaged = RuntimeFiles::in_folder(folder.path()).unwrap();
    let error = Embedder::load(&damaged, 1).unwrap_err();
    assert!(matches!(error, LoadError::File(RuntimeError::Damaged { file: "model.onnx" })), "{error}");
    assert_eq!(error.code(), ErrorCode::ModelMissing);
}

#[test]
fn embed_query_is_served_while_a_background_job_runs() {
    let texts = vec!["a job that keeps every session busy"; 64];
    thread::scope(|scope| {
        let job = scope.spawn(|| EMBEDDER.embed(&texts).unwrap().len());
        for _ in 0..8 {
            EMBEDDER.embed_query("quickly").unwrap();
        }
        assert_eq!(job.join().unwrap(), 64);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn embed_query_returns_a_unit_vector_for_any_text(text in any::<String>()) {
        let vector = EMBEDDER.embed_query(&text).unwrap();
        prop_assert!((dot(&vector, &vector) - 1.0).abs() < 1e-4);
    }
}
