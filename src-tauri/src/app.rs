//! The program's life cycle: command line, plugins, window, tasks, end.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use alexandria_library::{Folders, StartClock, StartStage, begin_start, harden_process, start_logging, start_previous};
use anyhow::Context;
use tauri::{App, AppHandle, Manager, RunEvent, Wry};

use crate::contract::UpdateStatus;
use crate::launch::Launch;
use crate::shell::Shell;
use crate::{auto_lock_task, events, handlers, protocol, window, window_events};

/// Runs the program until its window is closed.
///
/// # Errors
/// When the command line is wrong, or the platform gives no window.
pub fn run() -> anyhow::Result<()> {
    let clock = StartClock::begin();
    // Before anything that could fail: a start that is not counted cannot be undone.
    if let Some(previous) = count_start() {
        return Ok(start_previous(&previous)?);
    }
    harden_process();
    let launch = Launch::from_process()?;
    let places = match &launch.library {
        Some(library) => Folders::of_account()?.with_library(library),
        None => Folders::of_account()?,
    };
    // Without a log the program still works, so a full or read-only disk does not keep the reader out.
    let _log = start_logging(places.logs());
    let app = builder(&launch)
        .setup(move |app| Ok(setup(app, &places, launch, clock)?))
        .build(tauri::generate_context!())
        .context("the window system cannot be used; check that a display is available")?;
    match app.run_return(on_run_event) {
        0 => Ok(()),
        code => anyhow::bail!("the window ended with code {code}"),
    }
}

/// Counts this start of a new version. Returns the previous program if that has to take over.
fn count_start() -> Option<PathBuf> {
    let folders = Folders::of_account().ok()?;
    match begin_start(&folders, env!("CARGO_PKG_VERSION")) {
        Ok(previous) => previous,
        Err(error) => {
            // There is no log yet, and the program has to start nevertheless.
            let _ignored = writeln!(std::io::stderr(), "alexandria-desktop: this start was not counted: {error}");
            None
        }
    }
}

fn builder(launch: &Launch) -> tauri::Builder<Wry> {
    with_single_instance(tauri::Builder::default(), launch)
        .plugin(tauri_plugin_dialog::init())
        .plugin(window::state_plugin())
        .register_asynchronous_uri_scheme_protocol(protocol::SCHEME, protocol::handle)
        .invoke_handler(handlers::all())
        .on_window_event(window_events::on_event)
}

/// Makes a second instance hand its files over and exit. First of all plugins, so that it exits before anything else
/// begins. A library named on the command line is not the account's, and has a window of its own.
#[cfg(not(target_os = "macos"))]
fn with_single_instance(builder: tauri::Builder<Wry>, launch: &Launch) -> tauri::Builder<Wry> {
    if launch.library.is_some() {
        return builder;
    }
    builder.plugin(tauri_plugin_single_instance::init(|app, argv, folder| {
        second_instance(app, argv, Path::new(&folder));
    }))
}

/// The system keeps a single instance by itself, and passes files as `RunEvent::Opened`. The plugin would use a socket at
/// a fixed path in a folder that every account may write to: another account could take it and receive the paths of files.
#[cfg(target_os = "macos")]
fn with_single_instance(builder: tauri::Builder<Wry>, _launch: &Launch) -> tauri::Builder<Wry> {
    builder
}

fn setup(app: &App, places: &Folders, launch: Launch, clock: StartClock) -> tauri::Result<()> {
    let shell = Shell::new(app.handle().clone(), places, launch, clock);
    app.manage(shell);
    // The library opens while the system creates the window, and can lock automatically from then on.
    tauri::async_runtime::spawn(auto_lock_task::run(app.handle().clone()));
    tauri::async_runtime::spawn(look_for_updates(app.handle().clone()));
    let handle = app.handle().clone();
    tauri::async_runtime::spawn(async move { handle.state::<Shell>().start().await });
    window::open(app.handle())?;
    app.state::<Shell>().start_clock.reach(StartStage::Window);
    Ok(())
}

async fn look_for_updates(app: AppHandle) {
    let found = |overview| events::emit(&app, &UpdateStatus::from(overview));
    app.state::<Shell>().updates.run(found).await;
}

/// Another process was started: its files are imported here, and the window comes to the front.
#[cfg(not(target_os = "macos"))]
fn second_instance(app: &AppHandle, argv: Vec<String>, folder: &Path) {
    match Launch::parse(argv.into_iter().skip(1).map(Into::into), folder) {
        Ok(launch) => {
            let shell = app.state::<Shell>();
            launch.open.into_iter().for_each(|book| shell.show_book(book));
            shell.import_external(launch.files);
        }
        Err(_) => tracing::warn!("a second instance had an invalid command line"),
    }
    window::bring_to_front(app);
}

#[cfg_attr(
    not(target_os = "macos"),
    expect(clippy::needless_pass_by_value, reason = "tauri hands events over by value")
)]
fn on_run_event(app: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::Exit => {
            app.state::<Shell>().stop();
            if app.state::<Shell>().imports.is_subscribed() {
                // An end that the user asked for is a success, too.
                tauri::async_runtime::block_on(app.state::<Shell>().updates.prove());
            }
        }
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            let files = urls.iter().filter_map(|url| url.to_file_path().ok()).collect();
            app.state::<Shell>().import_external(files);
        }
        _ => {}
    }
}
