//! The installer in wine, with small programs in place of ours: what it leaves behind in files and in the registry.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use alexandria_tests_skip::{Requirement, skip};

use super::nsis::{Installer, bootstrapper, build};
use super::{msi, stage};
use crate::dist::commit::empty;
use crate::process::Process;

/// How long something may take in wine.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Where the program is installed.
const INSTALLED: &str = r"C:\users\reader\AppData\Local\Programs\Alexandria";

const WEBVIEW: &str = r"HKLM\Software\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
const UNINSTALL: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Alexandria";

/// A folder for one test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("xtask-windows-{}-{name}", std::process::id()));
        empty(&folder).unwrap();
        Self(folder)
    }

    /// A program that waits if it is started with a path: until a file is there.
    fn program(&self, path: &Path, version: &str) {
        let script = self.0.join("program.nsi");
        let text = format!(
            r#"Unicode true
            Target amd64-unicode
            SilentInstall silent
            RequestExecutionLevel user
            Name program
            OutFile "{}"
            VIProductVersion "{version}.0"
            VIAddVersionKey ProductVersion "{version}"
            VIAddVersionKey FileVersion "{version}"
            VIAddVersionKey FileDescription "a program"
            VIAddVersionKey LegalCopyright "none"
            !include FileFunc.nsh
            Section
              ${{GetParameters}} $0
              StrCmp $0 "" done
              FileOpen $1 "$0.started" w
              FileClose $1
              again:
              Sleep 50
              IfFileExists $0 done again
              done:
            SectionEnd"#,
            path.display()
        );
        fs::write(&script, text).unwrap();
        Process::new("makensis").quietly().arguments(["-V0", "-WX"]).argument(script).run().unwrap();
    }

    /// The tree of a version, with files of its own.
    fn tree(&self, version: &str, more: &[&str]) -> PathBuf {
        let (programs, tree) = (self.0.join(format!("programs-{version}")), self.0.join(format!("tree-{version}")));
        empty(&programs.join("runtime")).unwrap();
        for name in ["alexandria.exe", "alexandria-desktop.exe", "alexandria-worker.exe"] {
            self.program(&programs.join(name), version);
        }
        fs::copy(programs.join("alexandria.exe"), programs.join("runtime/onnxruntime.dll")).unwrap();
        for name in more {
            fs::write(programs.join("runtime").join(name), name).unwrap();
        }
        stage(&programs, &programs.join("runtime"), version, &tree).unwrap();
        tree
    }

    fn installer(&self, version: &str, more: &[&str]) -> PathBuf {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        build(&Installer {
            script: root.join("installers/windows/alexandria.nsi"),
            icon: root.join("src-tauri/icons/icon.ico"),
            version: version.to_owned(),
            tree: self.tree(version, more),
            output: self.0.join(format!("{version}-setup.exe")),
            bootstrapper: None,
            plugins: None,
            sign_with: None,
        })
        .unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A Windows of its own is large.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// One at a time: each takes 700 MB.
static ONE: Mutex<()> = Mutex::new(());

/// A Windows of its own, in a folder.
struct Wine {
    prefix: PathBuf,
    _one: MutexGuard<'static, ()>,
}

impl Wine {
    /// None if wine is not installed.
    fn new(folder: &Folder) -> Option<Self> {
        if !Process::new("wine").argument("--version").succeeds() {
            skip(Requirement::Wine, "wine is not installed; as root: apt-get install wine wine64");
            return None;
        }
        // A test that failed leaves nothing behind that matters.
        let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let wine = Self { prefix: folder.0.join("prefix"), _one: one };
        assert!(wine.process("wineboot").argument("--init").succeeds(), "wine cannot be set up");
        Some(wine)
    }

    fn process(&self, program: impl AsRef<std::ffi::OsStr>) -> Process {
        let process = Process::new("wine").quietly().argument(program);
        // Without a display, and without what offers to install more.
        let process =
            process.variable("WINEPREFIX", &self.prefix).variable("WINEDEBUG", "-all").variable("USER", "reader");
        process.variable("WINEDLLOVERRIDES", "mscoree,mshtml=;winemenubuilder.exe=d").without_variable("DISPLAY")
    }

    /// The exit code of a program.
    fn run(&self, program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> i32 {
        let mut command = self.process(program).arguments(arguments).into_command();
        let output = command.output().unwrap();
        output.status.code().unwrap()
    }

    fn start(&self, program: &str, argument: &str) -> Child {
        self.process(program).argument(argument).into_command().spawn().unwrap()
    }

    fn set(&self, key: &str, name: &str, value: &str) {
        assert_eq!(self.run("reg", &["add", key, "/v", name, "/d", value, "/f", "/reg:32"]), 0, "{key}");
        assert_eq!(self.run("reg", &["add", key, "/v", name, "/d", value, "/f"]), 0, "{key}");
    }

    fn set_default(&self, key: &str, value: &str) {
        assert_eq!(self.run("reg", &["add", key, "/ve", "/d", value, "/f"]), 0, "{key}");
    }

    /// Everything below a key, or nothing if there is none.
    fn query(&self, key: &str) -> String {
        let output = self.process("reg").arguments(["query", key, "/s"]).into_command().output().unwrap();
        // Its message about a missing key goes to standard output as well.
        let text = if output.status.success() { output.stdout } else { Vec::new() };
        String::from_utf8_lossy(&text).replace('\r', "").trim().to_owned()
    }

    /// A path of this Windows, here.
    fn path(&self, path: &str) -> PathBuf {
        self.prefix.join("drive_c").join(path.strip_prefix(r"C:\").unwrap().replace('\\', "/"))
    }

    fn installed(&self) -> Vec<String> {
        let folder = self.path(INSTALLED);
        if folder.is_dir() { crate::dist::tree::files(&folder).unwrap() } else { Vec::new() }
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        let _is_stopped = self.process("wineboot").argument("--kill").succeeds();
    }
}

fn wait_for(what: &str, is_there: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_there() {
        assert!(start.elapsed() < TIMEOUT, "waited for: {what}");
        sleep(Duration::from_millis(50));
    }
}

fn can_build() -> bool {
    let found = Process::new("makensis").argument("-VERSION").succeeds();
    if !found {
        skip(Requirement::Tools, "makensis is not installed");
    }
    found
}

const FILES: [&str; 5] = [
    "app/bin/alexandria-desktop.exe",
    "app/bin/alexandria.exe",
    "app/lib/alexandria/alexandria-worker.exe",
    "app/lib/alexandria/runtime/onnxruntime.dll",
    "uninstall.exe",
];

#[test]
fn installer_installs_updates_and_removes_the_program() {
    if !can_build() {
        return;
    }
    let folder = Folder::new("install");
    let (old, new) = (folder.installer("1.2.3", &["old-model.onnx"]), folder.installer("1.3.0", &[]));
    let Some(wine) = Wine::new(&folder) else { return };
    // What others have: nothing of it may change.
    wine.set_default(r"HKCU\Software\Classes\.pdf", "Other.pdf");
    wine.set_default(r"HKCU\Software\Classes\.txt", "Other.txt");
    wine.set_default(r"HKCU\Software\Classes\.epub", "Other.epub");
    wine.set(r"HKCU\Software\Classes\.epub\OpenWithProgids", "Other.epub", "");
    wine.set(r"HKCU\Software\RegisteredApplications", "Other", "Software\\Other");
    // Longer than what NSIS could hold.
    let path = (0..60).map(|number| format!(r"C:\tools\number{number:03}\bin;%USERPROFILE%\x")).collect::<Vec<_>>();
    let path = path.join(";");
    assert!(path.len() > 2000);
    assert_eq!(
        wine.run("reg", &["add", r"HKCU\Environment", "/v", "Path", "/t", "REG_EXPAND_SZ", "/d", &path, "/f"]),
        0
    );
    let library = wine.path(r"C:\users\reader\AppData\Local\Alexandria\Alexandria\data\library\vault");
    fs::create_dir_all(library.parent().unwrap()).unwrap();
    fs::write(&library, "vault").unwrap();
    let keys = [r"HKCU\Software\Classes", r"HKCU\Environment", r"HKCU\Software\RegisteredApplications"];
    let state = |wine: &Wine| keys.map(|key| wine.query(key));
    let before = state(&wine);

    // WebView2 is missing, and this installer does not bring it.
    assert_eq!(wine.run(&old, &["/S"]), 13);
    assert_eq!(wine.installed(), Vec::<String>::new());
    assert_eq!(state(&wine), before);
    wine.set(WEBVIEW, "pv", "140.0.0.0");

    assert_eq!(wine.run(&old, &["/S"]), 0);
    let mut with_model = FILES.map(str::to_owned).to_vec();
    with_model.insert(2, "app/lib/alexandria/runtime/old-model.onnx".to_owned());
    with_model.sort();
    assert_eq!(wine.installed(), with_model);
    let expect = |key: &str, line: &str| {
        let found = wine.query(key);
        assert!(found.lines().any(|found| found.trim() == line), "{key}: {line}: {found}");
    };
    expect(UNINSTALL, "DisplayVersion    REG_SZ    1.2.3");
    expect(UNINSTALL, &format!("QuietUninstallString    REG_SZ    \"{INSTALLED}\\uninstall.exe\" /S"));
    expect(r"HKCU\Environment", &format!(r"Path    REG_EXPAND_SZ    {path};{INSTALLED}\app\bin"));
    let open = format!("(Default)    REG_SZ    \"{INSTALLED}\\app\\bin\\alexandria-desktop.exe\" \"%1\"");
    expect(r"HKCU\Software\Classes\Alexandria.epub.1\shell\open\command", &open);
    expect(r"HKCU\Software\Classes\alexandria\shell\open\command", &open);
    expect(r"HKCU\Software\RegisteredApplications", r"Alexandria    REG_SZ    Software\Alexandria\Capabilities");
    expect(r"HKCU\Software\Alexandria\Capabilities\FileAssociations", ".epub    REG_SZ    Alexandria.epub.1");
    for extension in ["pdf", "txt", "epub"] {
        expect(&format!(r"HKCU\Software\Classes\.{extension}"), &format!("(Default)    REG_SZ    Other.{extension}"));
    }
    expect(r"HKCU\Software\Classes\.epub\OpenWithProgids", "Other.epub    REG_SZ");
    assert!(wine.query(r"HKCU\Software\Classes\.epub\OpenWithProgids").contains("Alexandria.epub.1"));

    // Files that the new version has not are gone; the search path has the folder once.
    assert_eq!(wine.run(&new, &["/S", "/UPDATE"]), 0);
    assert_eq!(wine.installed(), FILES);
    expect(UNINSTALL, "DisplayVersion    REG_SZ    1.3.0");
    expect(r"HKCU\Environment", &format!(r"Path    REG_EXPAND_SZ    {path};{INSTALLED}\app\bin"));

    assert_eq!(wine.run(&old, &["/S"]), 10, "a newer version is installed");
    assert_eq!(wine.installed(), FILES);

    // The uninstaller goes on in a copy of itself.
    assert_eq!(wine.run(format!(r"{INSTALLED}\uninstall.exe"), &["/S"]), 0);
    wait_for("the program to be removed", || !wine.path(INSTALLED).exists());
    wait_for("the registration to be removed", || wine.query(UNINSTALL).is_empty());
    assert_eq!(state(&wine), before);
    assert_eq!(wine.query(r"HKCU\Software\Alexandria"), "");
    assert_eq!(fs::read_to_string(library).unwrap(), "vault");
}

#[test]
fn installer_changes_nothing_if_it_cannot_finish() {
    if !can_build() {
        return;
    }
    let folder = Folder::new("failure");
    let (old, new) = (folder.installer("1.2.3", &[]), folder.installer("1.3.0", &["model.onnx"]));
    let Some(wine) = Wine::new(&folder) else { return };
    assert_eq!(wine.run(&old, &["/S", "/UPDATE"]), 0);
    assert_eq!(wine.installed(), FILES);
    let version = || {
        let text = wine.query(UNINSTALL);
        text.lines().find_map(|line| line.trim().strip_prefix("DisplayVersion    REG_SZ    ")).unwrap().to_owned()
    };

    // The command is running in a terminal.
    let stop = r"C:\stop";
    let mut running = wine.start(&format!(r"{INSTALLED}\app\bin\alexandria.exe"), stop);
    wait_for("the command", || wine.path(r"C:\stop.started").exists());
    assert_eq!(wine.run(&new, &["/S", "/UPDATE"]), 11);
    assert_eq!(wine.run(format!(r"{INSTALLED}\uninstall.exe"), &["/S", &format!("_?={INSTALLED}")]), 11);
    assert_eq!((wine.installed(), version().as_str()), (FILES.map(str::to_owned).to_vec(), "1.2.3"));
    fs::write(wine.path(stop), "").unwrap();
    assert!(running.wait().unwrap().success());

    // Something is in the way.
    let obstacle = wine.path(INSTALLED).join("app.old");
    fs::write(&obstacle, "").unwrap();
    assert_eq!(wine.run(&new, &["/S", "/UPDATE"]), 12);
    fs::remove_file(&obstacle).unwrap();
    assert_eq!((wine.installed(), version().as_str()), (FILES.map(str::to_owned).to_vec(), "1.2.3"));

    // An update was interrupted after it had put the old version aside.
    fs::rename(wine.path(INSTALLED).join("app"), &obstacle).unwrap();
    assert_eq!(wine.run(&new, &["/S", "/UPDATE"]), 0);
    assert_eq!(version(), "1.3.0");
    assert!(wine.installed().contains(&"app/lib/alexandria/runtime/model.onnx".to_owned()));
    assert!(!obstacle.exists());
}

#[test]
fn package_for_administrators_installs_updates_and_removes_the_program() {
    if !can_build() {
        return;
    }
    if !Process::new("wixl").argument("--version").succeeds() {
        return skip(Requirement::Tools, "wixl is not installed");
    }
    let folder = Folder::new("msi");
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("installers/windows");
    let package = |version: &str, more: &[&str]| {
        let package = folder.0.join(format!("{version}.msi"));
        msi::build(&sources, &folder.tree(version, more), version, &package).unwrap()
    };
    let (old, new) = (package("1.2.3", &["old-model.onnx"]), package("1.3.0", &[]));
    let Some(wine) = Wine::new(&folder) else { return };
    wine.set_default(r"HKLM\Software\Classes\.pdf", "Other.pdf");
    let installer = |what: &str, package: &Path| wine.run("msiexec", &[what, package.to_str().unwrap(), "/qn"]);
    let program = wine.path(r"C:\Program Files\Alexandria");
    let files = || crate::dist::tree::files(&program).unwrap_or_default();
    let installed = [
        "bin/alexandria-desktop.exe",
        "bin/alexandria.exe",
        "lib/alexandria/alexandria-worker.exe",
        "lib/alexandria/runtime/onnxruntime.dll",
    ];

    assert_eq!(installer("/i", &old), 0);
    assert_eq!(files().len(), installed.len() + 1);
    let open = wine.query(r"HKLM\Software\Classes\Alexandria.epub.1\shell\open\command");
    assert!(open.contains(r#""C:\Program Files\Alexandria\bin\alexandria-desktop.exe" "%1""#), "{open}");
    assert!(wine.query(r"HKLM\Software\Classes\.pdf").contains("Other.pdf"));
    assert_eq!(installer("/i", &new), 0);
    assert_eq!(files(), installed, "files that the new version has not are gone");
    assert_ne!(installer("/i", &old), 0, "a newer version is installed");
    assert_eq!(files(), installed);
    assert_eq!(installer("/x", &new), 0);
    assert_eq!(files(), Vec::<String>::new());
    assert_eq!(wine.query(r"HKLM\Software\Classes\Alexandria.epub.1"), "");
}

#[test]
fn only_the_pinned_installer_of_webview_is_embedded() {
    let folder = Folder::new("webview");
    let pin = crate::dist::runtime::sha256(b"webview");
    assert_eq!(bootstrapper(&folder.0, &pin).unwrap(), None);
    let path = folder.0.join("MicrosoftEdgeWebview2Setup.exe");
    fs::write(&path, "webview").unwrap();
    assert_eq!(bootstrapper(&folder.0, &format!("# a comment\n{pin}\n")).unwrap(), Some(path.clone()));
    assert!(bootstrapper(&folder.0, "# a comment\n").unwrap_err().to_string().contains("pins no installer"));
    fs::write(&path, "other").unwrap();
    assert!(bootstrapper(&folder.0, &pin).unwrap_err().to_string().contains("is not the pinned one"));
}
