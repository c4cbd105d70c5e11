//! The user guide as one book: its pages, in the order the first one names them, become one Markdown file.
//!
//! The pages stay separate in `docs/guide`. Each keeps its headings; links between pages become links inside the book.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// The first page; its front matter is that of the book.
const FIRST: &str = "index.md";

/// Writes the book to `folder` and returns its path.
///
/// # Errors
/// If a page cannot be read or the book not written.
pub(crate) fn write(pages: &Path, folder: &Path) -> anyhow::Result<PathBuf> {
    let book = folder.join("guide.md");
    let text = bind(|name| {
        let page = pages.join(name);
        fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))
    })?;
    fs::create_dir_all(folder).and_then(|()| fs::write(&book, text)).context("cannot write the guide")?;
    Ok(book)
}

/// Joins the pages, which `page` returns by name.
fn bind(page: impl Fn(&str) -> anyhow::Result<String>) -> anyhow::Result<String> {
    let first = page(FIRST)?;
    let (front_matter, text) = split(&first);
    let mut names: Vec<String> = Vec::new();
    for name in linked_pages(text) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    let mut book = format!("{front_matter}{}", with_links_inside(text));
    for name in names {
        let content = page(&name)?;
        let (_, text) = split(&content);
        // A page starts with its heading; the name of the page becomes the id of the heading.
        let (heading, rest) = text.trim_start().split_once('\n').unwrap_or((text.trim(), ""));
        let id = name.trim_end_matches(".md");
        book += &format!("\n{heading} {{#{id}}}\n{}", with_links_inside(rest));
    }
    Ok(book)
}

/// The front matter with its lines of dashes, and the text after it.
fn split(page: &str) -> (&str, &str) {
    let end = page.strip_prefix("---\n").and_then(|rest| rest.find("\n---\n"));
    end.map_or(("", page), |end| page.split_at("---\n".len() + end + "\n---\n".len()))
}

/// Names of the pages a text links to, in order.
fn linked_pages(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|link| link.split(')').next()).filter(|link| is_page(link))
}

/// A link such as `(search.md)` as `(#search)`.
fn with_links_inside(text: &str) -> String {
    let mut links: Vec<&str> = linked_pages(text).collect();
    links.sort_unstable();
    links.dedup();
    links.iter().fold(text.to_owned(), |text, link| {
        text.replace(&format!("]({link})"), &format!("](#{})", link.trim_end_matches(".md")))
    })
}

fn is_page(link: &str) -> bool {
    Path::new(link).extension().is_some_and(|extension| extension == "md") && !link.contains(['/', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_become_chapters_in_order_of_their_links() {
        let page = |name: &str| {
            Ok(match name {
                FIRST => {
                    "---\ntitle: The Guide\n---\n\n# The Guide\n\nSee [two](two.md), [one](one.md), [two](two.md).\n"
                }
                "one.md" => {
                    "---\ntitle: One\n---\n\n# One\n\nBack to [two](two.md), [out](https://example.org/x.md).\n"
                }
                _ => "# Two\n\nText.\n",
            }
            .to_owned())
        };
        let expect = "---\ntitle: The Guide\n---\n\n# The Guide\n\nSee [two](#two), [one](#one), [two](#two).\n\
            \n# Two {#two}\n\nText.\n\n# One {#one}\n\nBack to [two](#two), [out](https://example.org/x.md).\n";
        assert_eq!(bind(page).unwrap(), expect);
    }

    /// Every page is in the book, and no link leads out of it to another page.
    #[test]
    fn guide_of_the_repository_is_complete() {
        let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide");
        let book = bind(|name| Ok(fs::read_to_string(pages.join(name))?)).unwrap();
        for entry in fs::read_dir(&pages).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let id = name.trim_end_matches(".md");
            assert!(name == FIRST || book.contains(&format!(" {{#{id}}}\n")), "{name} is not in the guide");
        }
        assert_eq!(linked_pages(&book).count(), 0);
    }
}
