//! A window of the built app, driven through WebDriver.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use fantoccini::elements::Element;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::display::Display;
use crate::sandbox::{Sandbox, program};

/// How long anything in the window may take. Generous, because machines are shared.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);

/// Time between two attempts.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The browser that comes with the web view, in a folder of its libraries.
const BROWSER: &str = "webkit2gtk-4.1/MiniBrowser";

/// Keeps redrawing one pixel in the corner in its own colour.
const REDRAW: &str = "
    const dot = document.createElement('i');
    dot.id = 'redraw';
    dot.style.cssText = 'position: fixed; right: 0; bottom: 0; width: 1px; height: 1px';
    document.body.append(dot);
    let tick = 0;
    window.redraw = setInterval(() => { dot.style.background = `rgb(0 0 0 / ${(tick ^= 1) / 255})`; }, 20)";

/// A running window.
#[derive(Debug)]
pub struct Window {
    /// The WebDriver session.
    pub client: Client,
    driver: Child,
}

impl Window {
    /// Starts the app with arguments and waits for its page.
    ///
    /// # Errors
    /// When the app or the driver is not built or does not start.
    pub async fn open<A: AsRef<OsStr>>(sandbox: &Sandbox, display: &Display, args: &[A]) -> anyhow::Result<Self> {
        Self::open_within(sandbox, display, args, |driver| driver).await
    }

    /// As [`open`](Self::open), with the driver and everything it starts under another program, such as a tracer.
    ///
    /// # Errors
    /// When the app or the driver is not built or does not start.
    pub async fn open_within<A: AsRef<OsStr>>(
        sandbox: &Sandbox,
        display: &Display,
        args: &[A],
        within: impl FnOnce(Command) -> Command,
    ) -> anyhow::Result<Self> {
        Self::drive(&program("alexandria-desktop")?, sandbox, display, args, within).await
    }

    /// An empty window of the web view's own browser: the same engine without our code.
    ///
    /// # Errors
    /// When there is none, or it does not start.
    pub async fn open_browser(sandbox: &Sandbox, display: &Display) -> anyhow::Result<Self> {
        let has_browser = |folder: &PathBuf| folder.join(BROWSER).is_file();
        let folders = std::fs::read_dir("/usr/lib")?.filter_map(|entry| entry.ok().map(|entry| entry.path()));
        let folder = folders.chain([PathBuf::from("/usr/libexec")]).find(has_browser);
        let browser =
            folder.context("the browser of WebKitGTK is not installed; run `cargo xtask setup`")?.join(BROWSER);
        Self::drive(&browser, sandbox, display, &["--automation"], |driver| driver).await
    }

    /// As [`open_within`](Self::open_within), of another program than this build's.
    ///
    /// # Errors
    /// When the program or the driver does not start.
    pub async fn drive<A: AsRef<OsStr>>(
        application: &Path,
        sandbox: &Sandbox,
        display: &Display,
        args: &[A],
        within: impl FnOnce(Command) -> Command,
    ) -> anyhow::Result<Self> {
        let (port, native) = (free_port()?, free_port()?);
        let mut command = Command::new(tauri_driver()?);
        command.args(["--port", &port.to_string(), "--native-port", &native.to_string()]);
        sandbox.apply(&mut command);
        command.env("DISPLAY", display.name());
        let mut command = within(command);
        command.stdout(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let driver = command.spawn().context("tauri-driver cannot be started; `cargo xtask test` installs it")?;
        let args: Vec<_> = args.iter().map(|arg| arg.as_ref().to_string_lossy()).collect();
        let mut capabilities = Capabilities::new();
        capabilities.insert("tauri:options".into(), json!({ "application": application, "args": args }));
        let address = format!("http://127.0.0.1:{port}");
        let started = Instant::now();
        let client = loop {
            match ClientBuilder::new(HttpConnector::new()).capabilities(capabilities.clone()).connect(&address).await {
                Ok(client) => break client,
                Err(error) if started.elapsed() > TIMEOUT => bail!("the window does not open: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        };
        Ok(Self { client, driver })
    }

    /// The element with that `data-testid`, once it is displayed.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn find(&self, id: &str) -> anyhow::Result<Element> {
        let css = selector(id);
        let started = Instant::now();
        loop {
            if let Ok(element) = self.client.find(Locator::Css(&css)).await
                && element.is_displayed().await.unwrap_or(false)
            {
                return Ok(element);
            }
            if started.elapsed() > TIMEOUT {
                bail!("there is no {id} in the window: {}", self.text("body").await.unwrap_or_default());
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Clicks the element with that `data-testid`, once it is shown and nothing covers it.
    ///
    /// # Errors
    /// When it does not appear or cannot be clicked.
    pub async fn click(&self, id: &str) -> anyhow::Result<()> {
        self.find(id).await?;
        self.click_on(Locator::Css(&selector(id))).await
    }

    /// Clears a field and types into it.
    ///
    /// # Errors
    /// When it does not appear or takes no text.
    pub async fn type_into(&self, id: &str, text: &str) -> anyhow::Result<()> {
        let field = self.find(id).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// How many elements have that `data-testid`, or one that starts with it if it ends in `*`.
    ///
    /// # Errors
    /// When the session has ended.
    pub async fn count(&self, id: &str) -> anyhow::Result<usize> {
        Ok(self.client.find_all(Locator::Css(&selector(id))).await?.len())
    }

    /// Text content of the first element that matches a CSS selector.
    ///
    /// # Errors
    /// When the session has ended.
    pub async fn text(&self, css: &str) -> anyhow::Result<String> {
        let script = "return document.querySelector(arguments[0])?.textContent ?? ''";
        let text = self.client.execute(script, vec![json!(css)]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Runs a script in the page and returns what it returns.
    ///
    /// # Errors
    /// When the script throws or the session has ended.
    pub async fn run(&self, script: &str, args: Vec<Value>) -> anyhow::Result<Value> {
        Ok(self.client.execute(script, args).await?)
    }

    /// Waits until a script returns `true`.
    ///
    /// # Errors
    /// When it does not in time, with the text of the window.
    pub async fn until(&self, what: &str, script: &str) -> anyhow::Result<()> {
        self.until_within(what, script, TIMEOUT).await
    }

    /// As [`until`](Self::until), for things that take longer, such as embedding books.
    ///
    /// # Errors
    /// When it does not in time, with the text of the window.
    pub async fn until_within(&self, what: &str, script: &str, timeout: Duration) -> anyhow::Result<()> {
        let started = Instant::now();
        loop {
            let answer = self.run(script, vec![]).await;
            if matches!(answer, Ok(Value::Bool(true))) {
                return Ok(());
            }
            if started.elapsed() > timeout {
                let text = self.text("body").await.unwrap_or_default();
                bail!("timed out waiting until {what}; last answer {answer:?}, text of the window: {text}");
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Writes a screenshot of the window to a file in `folder`.
    ///
    /// # Errors
    /// When it cannot be taken or written.
    pub async fn shoot(&self, folder: &Path, name: &str) -> anyhow::Result<()> {
        std::fs::create_dir_all(folder)?;
        // The driver waits for the next frame, and nothing requests one while nothing changes.
        self.run(REDRAW, vec![]).await?;
        let png = self.client.screenshot().await;
        self.run("clearInterval(window.redraw); document.getElementById('redraw').remove()", vec![]).await?;
        let png = png?;
        Ok(std::fs::write(folder.join(format!("{name}.png")), png)?)
    }

    /// Closes the window as its close button does, and waits until the app has ended.
    ///
    /// # Errors
    /// When the session has already ended.
    pub async fn close(mut self) -> anyhow::Result<()> {
        self.client.clone().close().await?;
        self.app_has_ended().await;
        self.stop_driver();
        Ok(())
    }

    /// Waits until the app has ended by itself, after its window was closed by other means than [`close`](Self::close).
    ///
    /// # Errors
    /// When it does not.
    pub async fn closed(mut self) -> anyhow::Result<()> {
        ensure!(self.app_has_ended().await, "the app keeps running without a window, or the window does not close");
        self.stop_driver();
        Ok(())
    }

    /// Waits until the app has ended. Returns whether it has, in time.
    async fn app_has_ended(&self) -> bool {
        let started = Instant::now();
        while self.app_is_running() && started.elapsed() < TIMEOUT {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        !self.app_is_running()
    }

    /// Whether the app, which the driver has started, is still running.
    fn app_is_running(&self) -> bool {
        self.started("alexandria-desk").is_ok_and(|found| !found.is_empty())
    }

    /// The processes of the app: its own first, then those of its web view.
    ///
    /// # Errors
    /// When they cannot be found.
    pub fn processes(&self) -> anyhow::Result<Vec<u32>> {
        Ok([self.started("alexandria-desk")?, self.started("WebKit(WebProces|NetworkPr)")?].concat())
    }

    /// The descendants of the driver with that name: a pattern for its first 15 letters, which is all that the system keeps.
    fn started(&self, name: &str) -> anyhow::Result<Vec<u32>> {
        let found = Command::new("pgrep").args(["-g", &self.driver.id().to_string(), name]).output();
        let found = String::from_utf8(found.context("pgrep cannot be started; run `cargo xtask setup`")?.stdout)?;
        Ok(found.lines().map(str::parse).collect::<Result<_, _>>()?)
    }

    /// Ends the driver and its process group: a program that it runs under does not pass a kill on.
    fn stop_driver(&mut self) {
        let group = format!("-{}", self.driver.id());
        let ended = Command::new("kill").args(["-TERM", "--", &group]).stderr(Stdio::null()).status();
        if !ended.is_ok_and(|status| status.success()) {
            let _already_gone = self.driver.kill();
        }
        let _reaped = self.driver.wait();
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.stop_driver();
    }
}

fn selector(id: &str) -> String {
    match id.strip_suffix('*') {
        Some(start) => format!("[data-testid^=\"{start}\"]"),
        None => format!("[data-testid=\"{id}\"]"),
    }
}

/// tauri-driver, where `cargo xtask setup` put it, or on the path.
fn tauri_driver() -> anyhow::Result<PathBuf> {
    let tools = std::env::var_os("ALEXANDRIA_TOOLS_DIR").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/alexandria/tools"));
    let known = tools.into_iter().chain(home).map(|folder| folder.join("bin/tauri-driver")).find(|path| path.exists());
    Ok(known.unwrap_or_else(|| PathBuf::from("tauri-driver")))
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
