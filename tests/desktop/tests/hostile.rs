//! A hostile EPUB in the real window: it is shown, runs no script and reaches no network.

use std::io::{Cursor, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use alexandria_tests_desktop::{Display, Window, World};
use anyhow::ensure;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The frame of the page, as `f`.
const PAGE_FRAME: &str =
    "const f = document.querySelector('alexandria-paginator')?.shadowRoot?.querySelector('[data-testid=reader-page]');";

/// A page that tries every way out; `NET` is the address of a listener of the test.
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

const CONTAINER: &str = r#"<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"#;
const PACKAGE: &str = r#"<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">hostile</dc:identifier><dc:title>A Hostile Book</dc:title><dc:language>en</dc:language></metadata><manifest><item id="page" href="page.xhtml" media-type="application/xhtml+xml"/><item id="script" href="evil.js" media-type="text/javascript"/><item id="style" href="evil.css" media-type="text/css"/></manifest><spine><itemref idref="page"/></spine></package>"#;

fn hostile_epub(net: &str) -> anyhow::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let files = [
        ("mimetype", "application/epub+zip".to_owned()),
        ("META-INF/container.xml", CONTAINER.to_owned()),
        ("book.opf", PACKAGE.to_owned()),
        ("page.xhtml", PAGE.replace("NET", net)),
        ("evil.js", "window.top.pwned = 'file'".to_owned()),
        ("evil.css", "@import url('NET/x.css'); p::before { content: url('NET/content') }".replace("NET", net)),
    ];
    for (name, text) in files {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_book_runs_no_script_and_reaches_no_network() -> anyhow::Result<()> {
    let (world, display) = (World::new()?, Display::start()?);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let net = format!("http://{}", listener.local_addr()?);
    let visits = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&visits);
    std::thread::spawn(move || {
        for _visit in listener.incoming() {
            counter.fetch_add(1, Ordering::SeqCst);
        }
    });
    let book = world.path("own").join("hostile.epub");
    std::fs::write(&book, hostile_epub(&net)?)?;
    let (library, passphrase) = (world.path("library"), world.path("passphrase"));
    let args: Vec<String> = ["--library".into(), library, "--passphrase-file".into(), passphrase, book]
        .iter()
        .map(|path: &std::path::PathBuf| path.to_string_lossy().into_owned())
        .collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let window = Window::open(&world, &display, &args).await?;
    let book = "document.querySelector('[data-testid^=\"book-\"]:not([data-testid^=\"book-details-\"])')";
    window.until("the book is on the shelf", &format!("return {book} !== null")).await?;
    if window.count("import-report-close").await? > 0 {
        window.click("import-report-close").await?;
    }
    window.run(&format!("const book = {book}; (book.matches('button,a') ? book : book.querySelector('button,a') ?? book).click()"), vec![]).await?;
    window.find("reader").await?;
    let shown = format!(
        "{PAGE_FRAME} return (f?.contentDocument?.body?.textContent ?? '').includes('The hostile page is shown.')"
    );
    window.until("the page is shown", &shown).await?;
    window.run(&format!("{PAGE_FRAME} f.contentDocument.querySelectorAll('a, summary, button').forEach((e) => e.click()); return true"), vec![]).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let pwned = window.run("return window.pwned ?? null", vec![]).await?;
    ensure!(pwned.is_null(), "script ran: {pwned}");
    ensure!(visits.load(Ordering::SeqCst) == 0, "the page reached the network {} times", visits.load(Ordering::SeqCst));
    window.until("the page is still shown", &shown).await?;
    window.close().await
}
