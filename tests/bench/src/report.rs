//! Tables of measurements: printed as Markdown, recorded as figures, and compared with the figures of an earlier run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;

/// Change of a figure for the worse from which its row is marked.
const MAX_SLOWDOWN: f64 = 1.05;

/// Figures by table, row and column.
type Figures = BTreeMap<String, BTreeMap<String, BTreeMap<String, f64>>>;

/// Whether a larger or a smaller figure is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Better {
    Smaller,
    Larger,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    title: &'static str,
    better: Option<Better>,
}

/// A column whose smaller figures are better: times and memory.
pub(crate) const fn smaller(title: &'static str) -> Column {
    Column { title, better: Some(Better::Smaller) }
}

/// A column whose larger figures are better: rates, quality, ratios to a peer that should be exceeded.
pub(crate) const fn larger(title: &'static str) -> Column {
    Column { title, better: Some(Better::Larger) }
}

/// A column that is not compared between runs: peers, ratios, targets, remarks.
pub(crate) const fn other(title: &'static str) -> Column {
    Column { title, better: None }
}

/// A table with its rows.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name in records, the same in every run.
    pub(crate) name: &'static str,
    /// The title of its first column, which holds the names of the rows.
    pub(crate) title: String,
    pub(crate) columns: Vec<Column>,
    /// Name of the row, then its cells; a row that is too short is filled up.
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    fn markdown(&self) -> String {
        let titles: Vec<&str> = self.columns.iter().map(|column| column.title).collect();
        let mut text = format!("| {} | {} |\n|{}\n", self.title, titles.join(" | "), "---|".repeat(titles.len() + 1));
        for row in &self.rows {
            let missing = (titles.len() + 1).saturating_sub(row.len());
            text += &format!("| {}{} |\n", row.join(" | "), " | ".repeat(missing));
        }
        text
    }

    /// The cells that hold a number, with the names of their rows.
    fn figures(&self) -> impl Iterator<Item = (&str, Column, f64)> {
        self.rows.iter().filter_map(|row| row.split_first()).flat_map(|(name, cells)| {
            let figures = cells.iter().zip(&self.columns);
            figures.filter_map(move |(cell, column)| Some((name.as_str(), *column, cell.parse().ok()?)))
        })
    }

    /// What became slower or faster since `earlier`, a line of Markdown each.
    fn changes(&self, earlier: &Figures) -> Vec<String> {
        let Some(rows) = earlier.get(self.name) else { return Vec::new() };
        let line = |(row, column, now): (&str, Column, f64)| {
            let better = column.better?;
            let before = *rows.get(row)?.get(column.title)?;
            let ratio = if before == now { 1.0 } else { now / before };
            let slowdown = if better == Better::Smaller { ratio } else { 1.0 / ratio };
            let mark = if slowdown > MAX_SLOWDOWN { "**worse**" } else { "" };
            Some(format!("| {row}: {} | {before} | {now} | {ratio:.2} | {mark} |", column.title))
        };
        self.figures().filter_map(line).collect()
    }
}

/// Prints tables as they come, and records their figures.
#[derive(Debug, Default)]
pub(crate) struct Report {
    figures: Figures,
    earlier: Option<Figures>,
}

impl Report {
    /// A report that compares with the record in the file `earlier`, if one is given.
    pub(crate) fn new(earlier: Option<&Path>) -> anyhow::Result<Self> {
        Ok(Self { figures: Figures::new(), earlier: earlier.map(read).transpose()? })
    }

    /// Prints and records a table; prints how it differs from the earlier run.
    pub(crate) fn add(&mut self, table: &Table) {
        println!("{}", table.markdown());
        for (row, column, figure) in table.figures() {
            let rows = self.figures.entry(table.name.to_owned()).or_default();
            rows.entry(row.to_owned()).or_default().insert(column.title.to_owned(), figure);
        }
        let Some(earlier) = &self.earlier else { return };
        let changes = table.changes(earlier);
        if changes.is_empty() {
            println!("The earlier record has no such figures.\n");
        } else {
            println!(
                "| against the earlier record | before | now | now ÷ before | over 5 % worse |\n|---|---|---|---|---|"
            );
            println!("{}\n", changes.join("\n"));
        }
    }

    /// Writes the record; tables that this run did not measure stay as they are in the file.
    pub(crate) fn save(&self, file: &Path) -> anyhow::Result<()> {
        let mut all = if file.exists() { read(file)? } else { Figures::new() };
        all.extend(self.figures.clone());
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        let text = serde_json::to_string_pretty(&all)?;
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
    }
}

fn read(file: &Path) -> anyhow::Result<Figures> {
    let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is not a record of measurements", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> Table {
        let cells = |row: &&[&str]| row.iter().map(|cell| (*cell).to_owned()).collect();
        Table {
            name: "blob",
            title: "64 MB".to_owned(),
            columns: vec![smaller("ms"), larger("MB/s"), other("target")],
            rows: rows.iter().map(cells).collect(),
        }
    }

    #[test]
    fn table_is_printed_as_markdown() {
        let expect = "| 64 MB | ms | MB/s | target |\n|---|---|---|---|\n| a | 1.5 | 200 | ≥ 0.8 |\n| b | 2 |  |  |\n";
        assert_eq!(table(&[&["a", "1.5", "200", "≥ 0.8"], &["b", "2"]]).markdown(), expect);
    }

    #[test]
    fn rows_over_five_percent_worse_are_marked() {
        let check = |before: [&str; 2], now: [&str; 2], expect: &[&str]| {
            let mut earlier = Report::default();
            earlier.add(&table(&[&["a", before[0], before[1], "1"]]));
            assert_eq!(table(&[&["a", now[0], now[1], "2"]]).changes(&earlier.figures), expect);
        };
        check(
            ["100", "100"],
            ["105", "95.3"],
            &["| a: ms | 100 | 105 | 1.05 |  |", "| a: MB/s | 100 | 95.3 | 0.95 |  |"],
        );
        check(
            ["100", "100"],
            ["106", "94"],
            &["| a: ms | 100 | 106 | 1.06 | **worse** |", "| a: MB/s | 100 | 94 | 0.94 | **worse** |"],
        );
        check(["0", "100"], ["0", "200"], &["| a: ms | 0 | 0 | 1.00 |  |", "| a: MB/s | 100 | 200 | 2.00 |  |"]);
    }

    #[test]
    fn rows_that_the_earlier_record_lacks_are_left_out() {
        let mut earlier = Report::default();
        earlier.add(&table(&[&["a", "not installed"]]));
        assert!(table(&[&["a", "1", "2"]]).changes(&earlier.figures).is_empty());
    }

    #[test]
    fn record_keeps_tables_that_were_not_measured_again() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("bench/last.json");
        let mut first = Report::default();
        first.add(&table(&[&["a", "1", "2"]]));
        first.add(&Table { name: "other", ..table(&[&["c", "3"]]) });
        first.save(&file).unwrap();
        let mut second = Report::new(Some(&file)).unwrap();
        second.add(&table(&[&["b", "5", "6"]]));
        second.save(&file).unwrap();
        let all = read(&file).unwrap();
        assert_eq!(all["other"]["c"]["ms"], 3.0);
        assert_eq!(all["blob"].keys().collect::<Vec<_>>(), ["b"]);
    }
}
