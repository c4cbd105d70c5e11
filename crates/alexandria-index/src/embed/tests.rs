use std::sync::LazyLock;

use alexandria_domain::CodedError;
use proptest::prelude::*;

use super::*;

static EMBEDDER: LazyLock<Embedder> = LazyLock::new(|| {
    let files = RuntimeFiles::locate().expect("the tests need the model: run `cargo xtask setup`");
    Embedder::load(&files, 2).expect("the model does not load: run `cargo xtask setup`")
});

fn dot(a: &Embedding, b: &Embedding) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The first numbers of the two sentences' vectors in full precision.
const FROZEN: [(&str, [f32; 8]); 2] = [
    ("A man is eating food.", [0.0332, 0.0044, -0.0063, 0.0484, -0.1387, -0.0336, 0.1011, -0.0544]),
    ("A man is eating a piece of bread.", [0.0525, 0.0552, -0.0112, -0.0057, -0.1272, -0.0223, 0.0769, 0.0132]),
];

#[test]
fn vectors_are_those_of_the_published_model() {
    let vectors = EMBEDDER.embed(&FROZEN.map(|(text, _)| text)).unwrap();
    for ((text, frozen), vector) in FROZEN.iter().zip(&vectors) {
        for (number, frozen) in vector.iter().zip(frozen) {
            // Eight-bit weights move each number a little; another model would move it by ten times as much.
            assert!((number - frozen).abs() < 0.02, "{text}: {number} instead of {frozen}");
        }
    }
    // 0.755 is the published similarity.
    let similarity = dot(&vectors[0], &vectors[1]);
    assert!((similarity - 0.755).abs() < 0.02, "{similarity}");
}

#[test]
fn meaning_decides() {
    let check = |query: &str, near: &str, far: &str| {
        let query = EMBEDDER.embed_query(query).unwrap();
        let vectors = EMBEDDER.embed(&[near, far]).unwrap();
        assert!(dot(&query, &vectors[0]) > dot(&query, &vectors[1]) + 0.1);
    };
    check("a scientist regrets the creature he made", "I beheld the wretch whom I had created.", "Call me Ishmael.");
    check("hunting a white whale", "There she blows! It is Moby Dick!", "The rate of profit falls as stock grows.");
}

#[test]
fn a_vector_depends_on_its_text_alone() {
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

#[test]
fn a_damaged_model_is_not_loaded() {
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
fn readers_are_served_while_a_job_runs() {
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
    fn any_text_gives_a_vector_of_length_one(text in any::<String>()) {
        let vector = EMBEDDER.embed_query(&text).unwrap();
        prop_assert!((dot(&vector, &vector) - 1.0).abs() < 1e-4);
    }
}
