//! A hostile EPUB in the real window: it is rendered, runs no script and reaches no network.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use alexandria_tests_desktop::{close_report, open_book, shelf_has};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::ensure;
use fantoccini::Locator;

/// The frame of the page, as `f`.
const PAGE_FRAME: &str =
    "const f = document.querySelector('alexandria-paginator')?.shadowRoot?.querySelector('[data-testid=reader-page]');";

/// A page that tries every way to run or to load something; `NET` is the address of a listener of the test.
const PAGE: &str = r##"<html xmlns="http://www.w3.org/1999/xhtml" xmlns:xlink="http://www.w3.org/1999/xlink"><head><title>Hostile</title>
<script>window.top.pwned = 'inline'; document.title = 'pwned'</script>
<script src="NET/script.js"></script><script src="evil.js"></script>
<link rel="stylesheet" href="NET/style.css"/><link rel="prefetch" href="NET/prefetch"/><link rel="preconnect" href="NET"/>
<link rel="stylesheet" href="evil.css"/>
<meta http-equiv="refresh" content="0;url=NET/refresh"/><base href="NET/"/>
<style>@import url("NET/import.css"); body { background: url("NET/background") } @font-face { font-family: x; src: url("NET/font") } p { font-family: x }</style>
</head><body onload="window.top.pwned = 'onload'">
<p id="proof">The hostile page is shown.</p>
<img src="NET/image" onerror="window.top.pwned = 'onerror'"/><img src="x" srcset="NET/srcset 2x" onerror="window.top.pwned = 'onerror'"/>
<iframe src="NET/frame"></iframe><iframe srcdoc="&lt;script&gt;window.top.pwned='srcdoc'&lt;/script&gt;"></iframe>
<object data="NET/object"></object><embed src="NET/embed"/><audio src="NET/audio" autoplay=""></audio><video poster="NET/poster" src="NET/video"></video>
<svg xmlns="http://www.w3.org/2000/svg"><script>window.top.pwned = 'svg'</script><image xlink:href="NET/svgimage"/><use xlink:href="NET/use#x"/><animate onbegin="window.top.pwned = 'animate'" attributeName="x" dur="1s"/></svg>
<form action="NET/form"><input autofocus="" onfocus="window.top.pwned = 'focus'"/><button>Send</button></form>
<a href="javascript:window.top.pwned='link'" id="link">A link</a>
<p style="background-image: url('NET/inline')">Styled.</p>
<details open="" ontoggle="window.top.pwned = 'toggle'"><summary>Details</summary></details>
</body></html>"##;

fn hostile_book(net: &str) -> Book {
    let mut book = Book::new("A Hostile Book", &[("page.xhtml", &PAGE.replace("NET", net))]);
    let style = "@import url('NET/x.css'); p::before { content: url('NET/content') }".replace("NET", net);
    book.files = vec![
        ("evil.js".into(), "text/javascript".into(), b"window.top.pwned = 'file'".to_vec()),
        ("evil.css".into(), "text/css".into(), style.into_bytes()),
    ];
    book
}

/// Clicks all in the page that reacts to clicks.
async fn click_everything(window: &Window) -> anyhow::Result<()> {
    let mut clicked = 0;
    for frame in window.book_frames().await? {
        frame.enter_frame().await?;
        for element in window.client.find_all(Locator::Css("a, summary, button")).await? {
            clicked += usize::from(element.click().await.is_ok());
        }
        window.client.enter_parent_frame().await?;
    }
    ensure!(clicked > 0, "nothing in the page can be clicked");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_book_runs_no_script_and_reaches_no_network() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let net = format!("http://{}", listener.local_addr()?);
    let visits = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&visits);
    std::thread::spawn(move || {
        for _visit in listener.incoming() {
            counter.fetch_add(1, Ordering::SeqCst);
        }
    });
    let book = sandbox.path("own").join("hostile.epub");
    hostile_book(&net).write(&book)?;
    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[book])).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    close_report(&window).await?;
    open_book(&window, "A Hostile Book").await?;
    let shown = format!(
        "{PAGE_FRAME} return (f?.contentDocument?.body?.textContent ?? '').includes('The hostile page is shown.')"
    );
    window.until("the page is shown", &shown).await?;
    click_everything(&window).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let pwned = window.run("return window.pwned ?? null", vec![]).await?;
    ensure!(pwned.is_null(), "script ran: {pwned}");
    ensure!(visits.load(Ordering::SeqCst) == 0, "the page reached the network {} times", visits.load(Ordering::SeqCst));
    window.until("the page is still shown", &shown).await?;
    window.close().await
}
