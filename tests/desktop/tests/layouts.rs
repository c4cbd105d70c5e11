//! Right-to-left, vertical and fixed-layout books in the real window.

use alexandria_tests_desktop::{check_view, open_book, open_reader};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::{Context, ensure};
use fantoccini::key::Key;

/// The page's frame, as `f`, and the element around it, as `host`.
const PAGE: &str = "const host = document.querySelector('alexandria-paginator'), f = host?.shadowRoot?.querySelector('[data-testid=reader-page]');";

fn hebrew() -> Book {
    let paragraph = "<p>בראשית היה הספר, והספר היה פתוח על השולחן, ואיש לא קרא בו עד הערב.</p>".repeat(80);
    let page = format!(
        r#"<html xmlns="http://www.w3.org/1999/xhtml" lang="he" dir="rtl"><head><title>א</title></head><body><h1>פרק ראשון</h1>{paragraph}</body></html>"#
    );
    let spine = r#"page-progression-direction="rtl""#.to_owned();
    Book { language: "he".to_owned(), spine, ..Book::new("ספר", &[("one.xhtml", &page)]) }
}

fn vertical() -> Book {
    let paragraph = "<p>吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。</p>".repeat(120);
    let page = format!(
        r#"<html xmlns="http://www.w3.org/1999/xhtml" lang="ja"><head><title>一</title><style>html {{ writing-mode: vertical-rl }}</style></head><body><h1>第一章</h1>{paragraph}</body></html>"#
    );
    let spine = r#"page-progression-direction="rtl""#.to_owned();
    Book { language: "ja".to_owned(), spine, ..Book::new("猫", &[("one.xhtml", &page)]) }
}

fn fixed() -> Book {
    let page = |number: u32, colour: &str| {
        format!(
            r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{number}</title><meta name="viewport" content="width=900, height=1200"/>
<style>body {{ margin: 0; background: {colour} }} p {{ position: absolute; left: 600px; top: 1100px; width: 280px; font: 40px serif; color: white }} svg {{ position: absolute; left: 0; top: 0 }}</style></head>
<body><svg xmlns="http://www.w3.org/2000/svg" width="900" height="1200" viewBox="0 0 900 1200"><circle cx="450" cy="600" r="420" fill="gold"/></svg><p>Corner {number}</p></body></html>"#
        )
    };
    let metadata = r#"<meta property="rendition:layout">pre-paginated</meta>"#.to_owned();
    let pages = [("1.xhtml", page(1, "navy")), ("2.xhtml", page(2, "maroon"))];
    Book { metadata, ..Book::new("Picture Pages", &pages.each_ref().map(|(name, page)| (*name, page.as_str()))) }
}

/// A number that a script returns.
async fn number(window: &Window, script: &str) -> anyhow::Result<f64> {
    let answer = window.run(&format!("{PAGE} {script}"), vec![]).await?;
    answer.as_f64().with_context(|| format!("no number: {answer}"))
}

/// Turns the page with an arrow key, and waits until the position has changed.
async fn turn(window: &Window, key: Key) -> anyhow::Result<()> {
    let progress = "document.querySelector('[data-testid=reader-progress]').textContent";
    let before = window.run(&format!("return {progress}"), vec![]).await?;
    window.press(&[char::from(key)]).await?;
    window.until(&format!("{key:?} turns the page"), &format!("return {progress} !== {before}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn right_to_left_book_turns_pages_to_the_left() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = open_reader(&sandbox, &display, &hebrew()).await?;
    let edge = "return f.contentDocument.querySelector('h1').getBoundingClientRect().right - f.contentDocument.documentElement.getBoundingClientRect().right";
    ensure!(number(&window, edge).await?.abs() < 120.0, "the heading does not begin on the right");
    check_view(&window, "reader-hebrew").await?;
    turn(&window, Key::Left).await?;
    turn(&window, Key::Left).await?;
    check_view(&window, "reader-hebrew-later").await?;
    turn(&window, Key::Right).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn vertical_book_is_laid_out_in_columns_from_the_right() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = open_reader(&sandbox, &display, &vertical()).await?;
    let mode = "return getComputedStyle(f.contentDocument.body).writingMode";
    ensure!(window.run(&format!("{PAGE} {mode}"), vec![]).await? == "vertical-rl", "the lines are not vertical");
    check_view(&window, "reader-vertical").await?;
    turn(&window, Key::Left).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn fixed_layout_page_fits_the_window() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = open_reader(&sandbox, &display, &fixed()).await?;
    // The position of the page's text, in the coordinates of the window.
    let inside = "const p = f.contentDocument.querySelector('p'), at = p.getBoundingClientRect(), frame = f.getBoundingClientRect(), r = host.getBoundingClientRect();
        return p.textContent.startsWith('Corner') && at.height > 8 && at.left + frame.left >= r.left && at.right + frame.left <= r.right && at.bottom + frame.top <= r.bottom && at.top + frame.top > (r.top + r.bottom) / 2";
    window.until("the complete page is visible", &format!("{PAGE} {inside}")).await?;
    check_view(&window, "reader-fixed").await?;
    turn(&window, Key::Right).await?;
    window.until("the complete second page is visible", &format!("{PAGE} {inside}")).await?;
    let text = window.run(&format!("{PAGE} return f.contentDocument.body.textContent.trim()"), vec![]).await?;
    ensure!(text == "Corner 2", "the second page is not shown: {text}");
    // Each page is a section of its own here.
    window.click("reader-leave").await?;
    open_book(&window, &fixed().title).await?;
    let again = "return f?.contentDocument?.body.textContent.trim() === 'Corner 2'";
    window.until("the book is open at its second page again", &format!("{PAGE} {again}")).await?;
    window.close().await
}
