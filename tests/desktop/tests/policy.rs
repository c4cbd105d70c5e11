//! The policies that keep pages passive, each without the sanitiser before it. A page that was never sanitised itself
//! runs nothing and reaches nothing in the reader, nor in a frame with the window's policy alone, nor in one with the
//! page's policy alone. In a frame that has neither it does both, so that this can fail. Everything in the window has the
//! window's policy, so the last two are shown in the web view's own browser.
//!
//! The page tries as well to send a form and to refresh itself, which proves nothing of a policy: the frame's sandbox
//! lets no form out, and the window follows no refresh.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use alexandria_tests_desktop::{close_report, open_book, shelf_has};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::{Context, ensure};
use serde_json::{Value, json};

/// As long as anything else in the window may take.
const PATIENCE: Duration = Duration::from_secs(60);

const TITLE: &str = "A Harmless Book";
const SHOWN: &str = "The page is shown.";

/// A page that tries to run and to get out. It tells what ran, under the name `CASE`; `NET` is a listener's address.
const PAGE: &str = r#"<!doctype html><html><head><meta http-equiv="refresh" content="2;url=NET/refresh">
<script>top.postMessage('CASE script', '*'); fetch('NET/fetch', { mode: 'no-cors' }).catch(() => undefined)</script>
<script src="NET/file"></script><link rel="stylesheet" href="NET/style">
<style>@import "NET/import"; body { background: url("NET/background") }</style></head>
<body onload="top.postMessage('CASE handler', '*')"><p>The page is shown.</p>
<img src="NET/image" onerror="top.postMessage('CASE handler', '*')"><iframe src="NET/frame"></iframe>
<form action="NET/form" method="post"><button>Send</button></form><script>setTimeout(() => document.forms[0].submit(), 1500)</script>
</body></html>"#;

/// What the page asks for where nothing keeps it.
const REACHED: [&str; 5] = ["/fetch", "/file", "/style", "/image", "/frame"];
/// What runs of it there.
const RUN: [&str; 2] = ["script", "handler"];

/// A page of one case, and what reached the network from it.
struct Case {
    name: &'static str,
    page: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Case {
    fn new(name: &'static str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let page = PAGE.replace("CASE", name).replace("NET", &format!("http://{}", listener.local_addr()?));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            while let Ok((visit, _)) = listener.accept() {
                note(&log, "a connection".to_owned());
                note(&log, answer(visit).unwrap_or_default());
            }
        });
        Ok(Self { name, page, asked })
    }

    /// Paths that were asked for, and connections.
    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until everything that can be reached was.
    async fn reaches(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        while !REACHED.iter().all(|path| self.asked().iter().any(|asked| asked == path)) {
            ensure!(begun.elapsed() < PATIENCE, "{}: only these were asked for: {:?}", self.name, self.asked());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }
}

fn note(log: &Mutex<Vec<String>>, line: String) {
    log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
}

/// Answers a request with nothing, and gives the path it asked for.
fn answer(mut visit: TcpStream) -> anyhow::Result<String> {
    // A connection that is only held ready asks for nothing.
    visit.set_read_timeout(Some(Duration::from_secs(1)))?;
    let mut request = [0; 1024];
    let length = visit.read(&mut request)?;
    let request = String::from_utf8_lossy(request.get(..length).unwrap_or_default()).into_owned();
    visit.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    request.split_whitespace().nth(1).map(ToOwned::to_owned).context("no request")
}

/// Begins to note what pages tell the window.
async fn listen(window: &Window) -> anyhow::Result<()> {
    let listen = "window.told = []; addEventListener('message', ({ data }) => window.told.push(String(data)))";
    window.run(listen, vec![]).await?;
    Ok(())
}

/// Waits until pages have told that everything ran which can.
async fn runs(window: &Window, case: &Case) -> anyhow::Result<()> {
    let all: Vec<String> = RUN.iter().map(|what| format!("{} {what}", case.name)).collect();
    let script = format!("return {}.every((line) => window.told.includes(line))", json!(all));
    window.until(&format!("{all:?} ran"), &script).await
}

/// Opens a book whose page is exchanged for the one of the case after the core has sanitised it. Answers with the
/// sandbox of the reader's frame, and with the policy that the reader has put into the page.
async fn show_in_reader(window: &Window, case: &Case) -> anyhow::Result<[String; 2]> {
    let exchange = "const [page] = arguments, real = window.fetch;
        window.fetch = (address, ...rest) =>
            String(address).startsWith('book:') ? Promise.resolve(new Response(page)) : real(address, ...rest)";
    window.run(exchange, vec![json!(case.page)]).await?;
    open_book(window, TITLE).await?;
    let frame = "const frame = document.querySelector('alexandria-paginator')?.shadowRoot?.querySelector('iframe'), page = frame?.contentDocument;";
    let shown = format!("{frame} return page?.readyState === 'complete' && page.body.textContent.includes('{SHOWN}')");
    window.until("the page is shown in the reader", &shown).await?;
    let policy = format!(
        "{frame} const policy = page.querySelector('meta[http-equiv=\"Content-Security-Policy\"]');
        return [frame.getAttribute('sandbox'), policy?.content]"
    );
    let policy = window.run(&policy, vec![]).await?;
    serde_json::from_value(policy).context("the page has no policy")
}

/// How a page gets into a frame.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// As the reader does it; the page inherits the window's policy.
    Blob,
    /// As the frame's own text; the page inherits the policy of what is around it.
    Text,
}

/// Puts a page into a frame in the window, and waits until it is loaded.
async fn show_in_frame(window: &Window, sandbox: &str, page: &str, way: Way) -> anyhow::Result<()> {
    let show = "const [page, sandbox, isBlob] = arguments, frame = document.createElement('iframe');
        frame.setAttribute('sandbox', sandbox);
        window.loaded = false;
        frame.addEventListener('load', () => (window.loaded = true));
        if (isBlob) frame.src = URL.createObjectURL(new Blob([page], { type: 'text/html;charset=utf-8' }));
        else frame.srcdoc = page;
        document.body.append(frame)";
    window.run(show, vec![json!(page), json!(sandbox), json!(matches!(way, Way::Blob))]).await?;
    window.until("the frame is loaded", "return window.loaded").await
}

/// What the window was told by now.
async fn told(window: &Window) -> anyhow::Result<Vec<String>> {
    let told: Value = window.run("return window.told", vec![]).await?;
    Ok(serde_json::from_value(told)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_was_never_sanitised_runs_nothing_and_reaches_nothing() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let file = world.path("own").join("harmless.epub");
    let harmless = r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><p>Some words.</p></body></html>"#;
    Book::new(TITLE, &[("one.xhtml", harmless)]).write(&file)?;
    let window = Window::open(&world, &display, &world.arguments(&[file])).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    close_report(&window).await?;
    let [reader, under_window, under_page, free] =
        [Case::new("reader")?, Case::new("window")?, Case::new("page")?, Case::new("free")?];

    listen(&window).await?;
    let [sandbox, policy] = show_in_reader(&window, &reader).await?;
    show_in_frame(&window, &sandbox, &under_window.page, Way::Blob).await?;
    let ran = told(&window).await?;
    ensure!(ran.is_empty(), "in the app's window ran: {ran:?}");

    window.close().await?;
    let window = Window::open_browser(&world, &display).await?;
    listen(&window).await?;
    let meta = format!(r#"<!doctype html><meta http-equiv="Content-Security-Policy" content="{policy}">"#);
    show_in_frame(&window, &sandbox, &format!("{meta}{}", under_page.page), Way::Text).await?;
    show_in_frame(&window, &sandbox, &free.page, Way::Text).await?;
    runs(&window, &free).await?;
    free.reaches().await?;
    // What was shown before has had more time than what has done all of it.
    let ran: Vec<String> = told(&window).await?.into_iter().filter(|line| !line.starts_with(free.name)).collect();
    ensure!(ran.is_empty(), "under the policy of pages ran: {ran:?}");
    for case in [reader, under_window, under_page] {
        ensure!(case.asked().is_empty(), "{} reached the network: {:?}", case.name, case.asked());
    }
    window.close().await
}
