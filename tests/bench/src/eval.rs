//! Retrieval quality: Cranfield through the real pipeline, nDCG@10 for exact, semantic and hybrid search.
//!
//! Gains are 2^g − 1 with g = 5 − code for codes 1 to 4 (Järvelin and Kekäläinen, 2002, with Burges' gain).

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use alexandria_library::{CancellationToken, SearchMode};
use anyhow::Context;

use crate::library::{TempLibrary, request};
use crate::report::{Report, Table, larger};

/// Ranks that are evaluated.
const DEPTH: usize = 10;

/// Judged gain of documents for each query, by the position of the query in the file, from 1.
type Judgements = HashMap<usize, HashMap<String, f64>>;

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let folder = crate::environment::corpus("cranfield")?;
    let temp = TempLibrary::new().await?;
    let documents = temp.folder.path().join("documents");
    write_documents(&folder, &documents)?;
    let imported = temp.library.import(vec![documents]).wait().await;
    anyhow::ensure!(imported.imported.len() > 1390, "only {} abstracts were imported", imported.imported.len());
    let names: HashMap<String, String> = imported
        .imported
        .iter()
        .map(|file| (file.id.to_string(), file.name.trim_end_matches(".txt").to_owned()))
        .collect();
    temp.library.embed(&CancellationToken::new()).await?;
    let queries = queries(&fs::read_to_string(folder.join("cran.qry"))?);
    let judgements = judgements(&fs::read_to_string(folder.join("cranqrel"))?);
    let mut rows = Vec::new();
    for (name, mode) in
        [("exact", SearchMode::Exact), ("semantic", SearchMode::Semantic), ("hybrid", SearchMode::Hybrid)]
    {
        let mut sum = 0.0;
        for (number, query) in (1..).zip(&queries) {
            let results = temp.library.search(request(query, mode, 60)).await?;
            let ids = results.hits.iter().filter_map(|hit| names.get(&hit.publication.to_string()));
            sum += ndcg(ids, judgements.get(&number));
        }
        #[expect(clippy::cast_precision_loss, reason = "225 queries")]
        rows.push(vec![name.to_owned(), format!("{:.4}", sum / queries.len() as f64)]);
    }
    report.add(&Table {
        name: "eval",
        title: "Cranfield, 225 queries".to_owned(),
        columns: vec![larger("nDCG@10")],
        rows,
    });
    Ok(())
}

/// Writes each abstract to a file of its number: the title as a heading, then the text. (The field .W repeats the title.)
fn write_documents(folder: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    let all = fs::read_to_string(folder.join("cran.all.1400"))?;
    for document in all.split("\n.I ").map(|document| document.trim_start_matches(".I ")) {
        let (number, rest) = document.split_once('\n').context("a document without a number")?;
        let words = rest.split_once(".W").map_or("", |(_, words)| words).trim();
        if !words.is_empty() {
            fs::write(to.join(format!("{}.txt", number.trim())), words)?;
        }
    }
    Ok(())
}

/// The queries in order, as plain words: punctuation would be query syntax.
fn queries(text: &str) -> Vec<String> {
    let plain = |query: &str| -> String {
        let words = query.split(".W").nth(1).unwrap_or_default();
        words.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect()
    };
    text.split("\n.I ").map(plain).collect()
}

fn judgements(text: &str) -> Judgements {
    let mut all = Judgements::new();
    for line in text.lines() {
        let mut fields = line.split_whitespace();
        let query = fields.next().and_then(|field| field.parse().ok());
        let document = fields.next();
        let code = fields.next().and_then(|field| field.parse::<u32>().ok());
        if let (Some(query), Some(document), Some(code @ 1..=4)) = (query, document, code) {
            all.entry(query).or_default().insert(document.to_owned(), f64::from(2_i32.pow(5 - code) - 1));
        }
    }
    all
}

/// nDCG@10 of ranked documents; a document counts at its first passage.
fn ndcg<'a>(ranked: impl Iterator<Item = &'a String>, judged: Option<&HashMap<String, f64>>) -> f64 {
    let Some(judged) = judged else { return 0.0 };
    let mut seen: Vec<&String> = Vec::new();
    for document in ranked {
        if seen.len() < DEPTH && !seen.contains(&document) {
            seen.push(document);
        }
    }
    let gains = seen.iter().map(|document| judged.get(*document).copied().unwrap_or(0.0));
    let mut ideal: Vec<f64> = judged.values().copied().collect();
    ideal.sort_by(|a, b| b.total_cmp(a));
    let best = discounted(ideal.into_iter().take(DEPTH));
    if best > 0.0 { discounted(gains) / best } else { 0.0 }
}

fn discounted(gains: impl Iterator<Item = f64>) -> f64 {
    gains.zip(2_i32..).map(|(gain, rank)| gain / f64::from(rank).log2()).sum()
}
