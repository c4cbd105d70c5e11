//! The policies that keep pages passive, each without the sanitiser. An unsanitised page runs nothing and loads nothing in
//! the reader view, in a frame with the window's policy alone, and in one with the page's policy alone. In a frame with
//! neither it does both, so that the test can fail. Everything in the window has the window's policy, so the last two run in
//! the web view's own browser.
//!
//! The page also tries to submit a form and to refresh itself, which proves nothing about a policy: the frame's sandbox
//! blocks forms, and the window follows no refresh.

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
const TIMEOUT: Duration = Duration::from_secs(60);

const TITLE: &str = "A Harmless Book";
const SHOWN: &str = "The page is shown.";

/// A page that tries to run scripts and to load. It reports what ran, under the name `CASE`; `NET` is a listener's address.
const PAGE: &str = r#"<!doctype html><html><head><meta http-equiv="refresh" content="2;url=NET/refresh">
<script>top.postMessage('CASE script', '*'); fetch('NET/fetch', { mode: 'no-cors' }).catch(() => undefined)</script>
<script src="NET/file"></script><link rel="stylesheet" href="NET/style">
<style>@import "NET/import"; body { background: url("NET/background") }</style></head>
<body onload="top.postMessage('CASE handler', '*')"><p>The page is shown.</p>
<img src="NET/image" onerror="top.postMessage('CASE handler', '*')"><iframe src="NET/frame"></iframe>
<form action="NET/form" method="post"><button>Send</button></form><script>setTimeout(() => document.forms[0].submit(), 1500)</script>
</body></html>"#;

/// What the page requests where no policy stops it.
const REQUESTED: [&str; 5] = ["/fetch", "/file", "/style", "/image", "/frame"];
/// What the page runs there.
const EXECUTED: [&str; 2] = ["script", "handler"];

/// The page of one case, and what it requested.
struct Case {
    name: &'static str,
    page: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Case {
    fn new(name: &'static str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let page = PAGE.replace("CASE", name).replace("NET", &format!("http://{}", listener.local_addr()?));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        std::thread::spawn(move || {
            while let Ok((visit, _)) = listener.accept() {
                record(&log, "a connection".to_owned());
                record(&log, answer(visit).unwrap_or_default());
            }
        });
        Ok(Self { name, page, requests })
    }

    /// Connections, and the paths requested.
    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until everything was requested.
    async fn requests_everything(&self) -> anyhow::Result<()> {
        let start = Instant::now();
        while !REQUESTED.iter().all(|path| self.requests().iter().any(|request| request == path)) {
            ensure!(start.elapsed() < TIMEOUT, "{}: only these were requested: {:?}", self.name, self.requests());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }
}

fn record(log: &Mutex<Vec<String>>, line: String) {
    log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
}

/// Responds with nothing, and returns the path requested.
fn answer(mut visit: TcpStream) -> anyhow::Result<String> {
    // A preconnected socket sends no request.
    visit.set_read_timeout(Some(Duration::from_secs(1)))?;
    let mut request = [0; 1024];
    let length = visit.read(&mut request)?;
    let request = String::from_utf8_lossy(request.get(..length).unwrap_or_default()).into_owned();
    visit.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    request.split_whitespace().nth(1).map(ToOwned::to_owned).context("no request")
}

/// Starts to record the messages that pages post to the window.
async fn record_messages(window: &Window) -> anyhow::Result<()> {
    let script = "window.messages = []; addEventListener('message', ({ data }) => window.messages.push(String(data)))";
    window.run(script, vec![]).await?;
    Ok(())
}

/// Waits until the page has reported that everything ran.
async fn runs_everything(window: &Window, case: &Case) -> anyhow::Result<()> {
    let all: Vec<String> = EXECUTED.iter().map(|what| format!("{} {what}", case.name)).collect();
    let script = format!("return {}.every((line) => window.messages.includes(line))", json!(all));
    window.until(&format!("{all:?} ran"), &script).await
}

/// Opens a book whose page is replaced by that of the case after the core has sanitised it. Returns the sandbox of the
/// reader's frame, and the policy that the reader view has put into the page.
async fn show_in_reader(window: &Window, case: &Case) -> anyhow::Result<[String; 2]> {
    let replace = "const [page] = arguments, real = window.fetch;
        window.fetch = (address, ...rest) =>
            String(address).startsWith('book:') ? Promise.resolve(new Response(page)) : real(address, ...rest)";
    window.run(replace, vec![json!(case.page)]).await?;
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

/// How a page is loaded into a frame.
#[derive(Clone, Copy, Debug)]
enum FrameSource {
    /// A `blob:` URL, as in the reader view; the page inherits the window's policy.
    Blob,
    /// `srcdoc`; the page inherits the policy of the document around it.
    Srcdoc,
}

/// Puts a page into a frame in the window, and waits until it is loaded.
async fn show_in_frame(window: &Window, sandbox: &str, page: &str, source: FrameSource) -> anyhow::Result<()> {
    let show = "const [page, sandbox, isBlob] = arguments, frame = document.createElement('iframe');
        frame.setAttribute('sandbox', sandbox);
        window.loaded = false;
        frame.addEventListener('load', () => (window.loaded = true));
        if (isBlob) frame.src = URL.createObjectURL(new Blob([page], { type: 'text/html;charset=utf-8' }));
        else frame.srcdoc = page;
        document.body.append(frame)";
    window.run(show, vec![json!(page), json!(sandbox), json!(matches!(source, FrameSource::Blob))]).await?;
    window.until("the frame is loaded", "return window.loaded").await
}

/// The messages posted so far.
async fn messages(window: &Window) -> anyhow::Result<Vec<String>> {
    let messages: Value = window.run("return window.messages", vec![]).await?;
    Ok(serde_json::from_value(messages)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn unsanitised_page_runs_nothing_and_loads_nothing() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let file = sandbox.path("own").join("harmless.epub");
    let harmless = r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><p>Some words.</p></body></html>"#;
    Book::new(TITLE, &[("one.xhtml", harmless)]).write(&file)?;
    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[file])).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    close_report(&window).await?;
    let [reader, under_window, under_page, free] =
        [Case::new("reader")?, Case::new("window")?, Case::new("page")?, Case::new("free")?];

    record_messages(&window).await?;
    let [frame_sandbox, policy] = show_in_reader(&window, &reader).await?;
    show_in_frame(&window, &frame_sandbox, &under_window.page, FrameSource::Blob).await?;
    let ran = messages(&window).await?;
    ensure!(ran.is_empty(), "in the app's window ran: {ran:?}");

    window.close().await?;
    let window = Window::open_browser(&sandbox, &display).await?;
    record_messages(&window).await?;
    let meta = format!(r#"<!doctype html><meta http-equiv="Content-Security-Policy" content="{policy}">"#);
    show_in_frame(&window, &frame_sandbox, &format!("{meta}{}", under_page.page), FrameSource::Srcdoc).await?;
    show_in_frame(&window, &frame_sandbox, &free.page, FrameSource::Srcdoc).await?;
    runs_everything(&window, &free).await?;
    free.requests_everything().await?;
    // The cases loaded earlier have had more time than the one that has done everything.
    let ran: Vec<String> = messages(&window).await?.into_iter().filter(|line| !line.starts_with(free.name)).collect();
    ensure!(ran.is_empty(), "under the policy of pages ran: {ran:?}");
    for case in [reader, under_window, under_page] {
        ensure!(case.requests().is_empty(), "{} reached the network: {:?}", case.name, case.requests());
    }
    window.close().await
}
