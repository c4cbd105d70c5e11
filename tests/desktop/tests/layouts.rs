//! Books that do not run from left to right, and books laid out to the pixel, in the real window.

use alexandria_tests_desktop::{open_book, press, reading, room};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::{Context, ensure};

/// The page's frame, as `f`, and the room it has, as `room`.
const PAGE: &str = "const room = document.querySelector('alexandria-paginator'), f = room?.shadowRoot?.querySelector('[data-testid=reader-page]');";

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
<style>body {{ margin: 0; background: {colour} }} p {{ position: absolute; left: 600px; top: 1100px; width: 280px; font: 40px serif }} svg {{ position: absolute; left: 0; top: 0 }}</style></head>
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

/// Turns the page as the reader does on the side given, and waits until the place has changed.
async fn turn(window: &Window, key: &str) -> anyhow::Result<()> {
    let progress = "document.querySelector('[data-testid=reader-progress]').textContent";
    let before = window.run(&format!("return {progress}"), vec![]).await?;
    window.run(&press(key), vec![]).await?;
    window.until(&format!("{key} turns the page"), &format!("return {progress} !== {before}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_to_left_book_turns_to_the_left() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = reading(&world, &display, &hebrew()).await?;
    let edge = "return f.contentDocument.querySelector('h1').getBoundingClientRect().right - f.contentDocument.documentElement.getBoundingClientRect().right";
    ensure!(number(&window, edge).await?.abs() < 120.0, "the heading does not begin on the right");
    room(&window, "reader-hebrew").await?;
    turn(&window, "ArrowLeft").await?;
    turn(&window, "ArrowLeft").await?;
    room(&window, "reader-hebrew-later").await?;
    turn(&window, "ArrowRight").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vertical_book_is_set_in_columns_from_the_right() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = reading(&world, &display, &vertical()).await?;
    let mode = "return getComputedStyle(f.contentDocument.body).writingMode";
    ensure!(window.run(&format!("{PAGE} {mode}"), vec![]).await? == "vertical-rl", "the lines are not vertical");
    room(&window, "reader-vertical").await?;
    turn(&window, "ArrowLeft").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_laid_out_to_the_pixel_fits_the_window() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = reading(&world, &display, &fixed()).await?;
    // Where the page's last words stand, from the frame's corner to the window's.
    let inside = "const p = f.contentDocument.querySelector('p'), at = p.getBoundingClientRect(), frame = f.getBoundingClientRect(), r = room.getBoundingClientRect();
        return p.textContent.startsWith('Corner') && at.height > 8 && at.left + frame.left >= r.left && at.right + frame.left <= r.right && at.bottom + frame.top <= r.bottom && at.top + frame.top > (r.top + r.bottom) / 2";
    window.until("the page is shown whole", &format!("{PAGE} {inside}")).await?;
    room(&window, "reader-fixed").await?;
    turn(&window, "ArrowRight").await?;
    window.until("the second page is shown whole", &format!("{PAGE} {inside}")).await?;
    let text = window.run(&format!("{PAGE} return f.contentDocument.body.textContent.trim()"), vec![]).await?;
    ensure!(text == "Corner 2", "the second page is not shown: {text}");
    // A page is a section here, so that each turn leads into another one.
    window.click("reader-leave").await?;
    open_book(&window, &fixed().title).await?;
    let again = "return f?.contentDocument?.body.textContent.trim() === 'Corner 2'";
    window.until("the book is open at its second page again", &format!("{PAGE} {again}")).await?;
    window.close().await
}
