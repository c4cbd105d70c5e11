//! The controls of the reader view in the real window: search in the book, stepping through hits, and typography. A control
//! must change the computed style of the page, not only its own label.

use alexandria_tests_desktop::{check_view, open_reader, search, submit, text_is};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::ensure;
use fantoccini::Locator;

/// The page on screen as `page`, its first paragraph as `p`, and the computed style of an element as `style`.
const PAGE: &str =
    "const page = document.querySelector('alexandria-paginator').shadowRoot.querySelector('iframe').contentDocument,
    p = page.querySelector('p'), style = (element) => page.defaultView.getComputedStyle(element);";

const COUNT: &str = "[data-testid=find-summary]";

/// A book whose every chapter says `lighthouse` once, after a few other lines.
fn book(chapters: usize, paragraphs: usize) -> Book {
    let chapter = |number: usize| {
        let paragraph = |at: usize| {
            let word = if at == 3 { "lighthouse" } else { "harbour" };
            format!("<p>Paragraph {at} of chapter {number} is about a {word}, and about what ships bring to it.</p>")
        };
        let text: String = (1..=paragraphs).map(paragraph).collect();
        let page = format!(
            r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Chapter {number}</title></head><body><h1>Chapter {number}</h1>{text}</body></html>"#
        );
        (format!("{number}.xhtml"), page)
    };
    Book { title: "A Book of Chapters".to_owned(), pages: (1..=chapters).map(chapter).collect(), ..Book::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn search_in_book_steps_through_hits() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = open_reader(&sandbox, &display, &book(3, 40)).await?;
    window.click("find-button").await?;
    window.find("find-panel").await?;
    submit(&window, "find-box", "lighthouse").await?;
    window.until("the first of the hits is shown", &text_is(COUNT, "1 of 3")?).await?;
    ensure!(window.count("find-hit").await? == 3, "not every hit is listed");
    let marked = text_is("[data-testid=reader-highlight]", "lighthouse")?;
    let steps = [("find-next", 2), ("find-next", 3), ("find-next", 1), ("find-previous", 3), ("find-previous", 2)];
    for (step, at) in steps {
        window.click(step).await?;
        window.until(&format!("{step} leads to hit {at}"), &text_is(COUNT, &format!("{at} of 3"))?).await?;
        let shown = format!("{PAGE} return page.querySelector('h1').textContent === 'Chapter {at}'");
        window.until(&format!("chapter {at} is shown"), &shown).await?;
        window.until("its word is marked", &marked).await?;
    }
    check_view(&window, "reader-find").await?;

    submit(&window, "find-box", "zeppelin").await?;
    window.until("nothing is found", &text_is(COUNT, "No results in this book")?).await?;
    submit(&window, "find-box", "\"no end").await?;
    let explained = format!(
        "const count = document.querySelector('{COUNT}');
        return count.textContent.includes('Invalid search.') && /quotation mark/.test(count.querySelector('[lang=en]')?.textContent)"
    );
    window.until("what is wrong with the query is said", &explained).await?;
    window.close().await
}

/// More hits than the search view loads at a time.
const MANY: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn exact_search_steps_through_all_hits_and_hybrid_through_the_best() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = open_reader(&sandbox, &display, &book(MANY, 4)).await?;
    window.click("reader-leave").await?;
    search(&window, "exact", "lighthouse").await?;
    ensure!(window.count("hit").await? < MANY, "the view has loaded all hits, so this proves nothing");
    let first_hit = Locator::Css("[data-testid=hit] button");
    window.click_on(first_hit).await?;
    let number = "Number(/^(\\d+) of 60$/.exec(document.querySelector('[data-testid=hit-counter]')?.textContent.trim())?.[1] ?? 0)";
    window.until("all hits are there", &format!("return {number} > 0")).await?;
    let opened = window.run(&format!("return {number}"), vec![]).await?;
    window.press(&['n']).await?;
    window.until("the next hit follows", &format!("return {number} === {opened} % {MANY} + 1")).await?;
    window.press(&['N', 'N']).await?;
    window.until("the one before comes", &format!("return {number} === ({opened} + {MANY} - 2) % {MANY} + 1")).await?;

    window.click("reader-leave").await?;
    window.click("search-mode-hybrid").await?;
    let ranked = "return /^Best /.test(document.querySelector('[data-testid=search-summary]').textContent.trim())";
    window.until("passages are ranked", ranked).await?;
    window.click_on(first_hit).await?;
    let best = "return /^(\\d+ of the best \\d+|best result)$/.test(document.querySelector('[data-testid=hit-counter]')?.textContent.trim())";
    window.until("the list says what it is", best).await?;
    window.close().await
}

/// The effect of a control: its test id, number of clicks, an expression measured on the page, and how the new value compares
/// with the old.
type Change = (&'static str, usize, &'static str, &'static str);

const FONT: &str = "style(p).fontFamily";
const SIZE: &str = "parseFloat(style(page.documentElement).fontSize)";
const LINE: &str = "parseFloat(style(p).lineHeight) / parseFloat(style(p).fontSize)";
const WIDTH: &str = "p.getBoundingClientRect().width";
const PAPER: &str = "style(page.documentElement).backgroundColor";
const FLOW: &str = "document.querySelector('alexandria-paginator').getAttribute('flow')";

/// The window shows two columns, so a column gets narrower only when both together are narrower than the window.
const CHANGES: [Change; 13] = [
    ("font-sans", 1, FONT, "!=="),
    ("font-mono", 1, FONT, "!=="),
    ("font-serif", 1, FONT, "!=="),
    ("font-larger", 1, SIZE, ">"),
    ("font-smaller", 2, SIZE, "<"),
    ("line-height-larger", 1, LINE, ">"),
    ("line-height-smaller", 2, LINE, "<"),
    ("line-length-shorter", 4, WIDTH, "<"),
    ("line-length-longer", 1, WIDTH, ">"),
    ("theme-sepia", 1, PAPER, "!=="),
    ("theme-dark", 1, PAPER, "!=="),
    ("theme-light", 1, PAPER, "!=="),
    ("flow-scrolled", 1, FLOW, "!=="),
];

async fn check(window: &Window, (control, times, measure, compares): Change) -> anyhow::Result<()> {
    let before = window.run(&format!("{PAGE} return {measure}"), vec![]).await?;
    ensure!(!before.is_null(), "nothing is measured by {measure}");
    for _time in 0..times {
        window.click(control).await?;
    }
    let changed = format!("{PAGE} return {measure} {compares} {before}");
    window.until(&format!("{control} changes {measure} from {before}"), &changed).await
}

#[tokio::test(flavor = "multi_thread")]
async fn typography_controls_change_the_page() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = open_reader(&sandbox, &display, &book(3, 40)).await?;
    window.click("typography-button").await?;
    window.find("typography-panel").await?;
    check_view(&window, "reader-type").await?;
    for change in CHANGES {
        check(&window, change).await?;
    }
    window.close().await
}
