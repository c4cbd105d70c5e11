//! `cargo xtask`: every task of this repository, from a bare machine to a tested build.
//!
//! One module for each command. Commands call [`setup`] themselves, so nothing has to be run first. Absent: anything that
//! ships.

mod bench;
mod build;
mod codegen;
mod dist;
mod equip;
mod fuzz;
mod guide;
mod install_test;
mod process;
mod release;
mod run;
mod screenshots;
mod setup;
mod stamp;
mod test;
mod tidy;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::process::say;
use crate::workspace::Workspace;

/// Tasks of the Alexandria repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Install what a build needs: system packages, UI packages, the embedding model and its runtime.
    Setup {
        /// Only print the system packages that Debian and Ubuntu need, on one line.
        #[arg(long)]
        list_packages: bool,
    },
    /// Build, then open the window over the guide and FILES (without a display: import them and search).
    Run {
        /// Books or folders to import.
        files: Vec<PathBuf>,
        /// Start a sync server on this computer, and a second library in the same account.
        #[arg(long)]
        two_devices: bool,
    },
    /// Build the UI, the command line and the window.
    Build {
        /// Optimised, as shipped.
        #[arg(long)]
        release: bool,
        /// Copy the programs that are shipped to this folder.
        #[arg(long, value_name = "DIR", requires = "release")]
        out: Option<PathBuf>,
    },
    /// Run setup, tidy, build and every test.
    Test {
        /// Only the unit tests of the crates, for machines that cannot drive a window.
        #[arg(long, conflicts_with = "exhaustive")]
        units: bool,
        /// Test every case where suites otherwise take a sample, such as a fault at every system call; takes hours.
        #[arg(long)]
        exhaustive: bool,
    },
    /// Build the packages that readers install, from a release build.
    Dist {
        /// Compile nothing: package the programs in this folder, which were built before.
        #[arg(long, value_name = "DIR")]
        programs: Option<PathBuf>,
        /// Only packages of this kind, such as rpm; may be repeated.
        #[arg(long, value_name = "KIND")]
        only: Vec<String>,
        /// Start the AppImage with this program, a current type 2 runtime; without it, the AppImage is only for tests.
        #[arg(long, value_name = "FILE")]
        appimage_runtime: Option<PathBuf>,
        /// Make the programs look for updates: a folder with `root.json`, whom they trust, and `source.json`, where to ask.
        #[arg(long, value_name = "DIR")]
        update: Option<PathBuf>,
        /// Copy the finished packages to this folder.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Sign the uninstaller of Windows with this program, which is called with its path.
        #[arg(long, value_name = "FILE")]
        sign_with: Option<PathBuf>,
        /// Package nothing: write everything that the Flatpak is built from to this folder.
        #[arg(long, value_name = "DIR", exclusive = true)]
        flatpak_sources: Option<PathBuf>,
        /// Also install, upgrade, use and remove the Debian package in a clean root of this suite; may be repeated.
        #[arg(long, value_name = "SUITE")]
        install_test: Vec<String>,
    },
    /// Install the finished packages of this system in a folder, use them and remove them.
    InstallTest {
        /// The folder of the packages.
        packages: PathBuf,
    },
    /// Write a bill of materials for each platform to a folder.
    #[cfg(target_os = "linux")]
    Sbom {
        /// The folder.
        out: PathBuf,
    },
    /// Publish releases: keys, signed metadata, rollout. `cargo xtask release help` lists the steps; `drill` builds three
    /// AppImages and goes through a release with them, up to its withdrawal (an hour).
    Release {
        /// The step and its options.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        step: Vec<String>,
    },
    /// Add Debian packages to a signed APT repository.
    #[cfg(target_os = "linux")]
    Apt(dist::AptOptions),
    /// Add RPM packages to a repository for dnf and zypper, and sign both.
    #[cfg(target_os = "linux")]
    Rpm(dist::RepositoryOptions),
    /// Check every rule of the repository that a machine can check.
    Tidy {
        /// Only the check of this name, without installing or building anything first; may be repeated.
        #[arg(long, value_name = "NAME")]
        only: Vec<String>,
    },
    /// Generate the UI's TypeScript from the declared commands and events.
    Codegen {
        /// Change nothing, fail if the files are not current.
        #[arg(long)]
        check: bool,
    },
    /// Run benchmarks in a release build: all, or the one called NAME.
    Bench {
        /// One benchmark.
        name: Option<String>,
        /// Print the changes since an earlier run, whose figures are in FILE.
        #[arg(long, value_name = "FILE")]
        against: Option<PathBuf>,
    },
    /// Take screenshots of the real window, light and dark.
    Screenshots,
    /// Search for input that violates a property, in TARGET or in all targets.
    Fuzz {
        /// A file of fuzz/targets, without its extension.
        target: Option<String>,
        /// Time for each target.
        #[arg(long, default_value_t = 10)]
        minutes: u32,
    },
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("xtask: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    match Need::of(&task) {
        Need::Everything => setup::run(&workspace)?,
        Need::Packages => setup::packages()?,
        Need::Nothing => {}
    }
    match task {
        Task::Setup { list_packages: true } => setup::list_packages(),
        Task::Setup { list_packages: false } => {
            say("setup: everything is in place");
            Ok(())
        }
        Task::Run { files, two_devices } => run::run(&workspace, &files, two_devices),
        Task::Build { release, out } => {
            let built = build::run(&workspace, build::Profile::new(release))?;
            out.map_or(Ok(()), |out| build::hand_over(&built, &out))
        }
        Task::Test { units, exhaustive } => {
            test::run(&workspace, &Arguments::command(), test::Extent::new(units, exhaustive))
        }
        Task::Tidy { only } if !only.is_empty() => tidy::run_only(workspace.root(), &Arguments::command(), &only),
        Task::Tidy { .. } => {
            setup::lint_tools(&workspace)?;
            build::ui(&workspace)?;
            tidy::run(workspace.root(), &Arguments::command())
        }
        Task::Codegen { check } => codegen::run(workspace.root(), check),
        Task::Bench { name, against } => bench::run(&workspace, name.as_deref(), against.as_deref()),
        Task::Dist { programs, only, appimage_runtime, update, out, sign_with, flatpak_sources, install_test } => {
            let options = dist::Options {
                programs,
                only,
                appimage_runtime,
                update,
                out,
                sign_with,
                flatpak_sources,
                install_test,
            };
            dist::run(&workspace, &options)
        }
        Task::InstallTest { packages } => install_test::run(&workspace, &packages),
        #[cfg(target_os = "linux")]
        Task::Sbom { out } => dist::write_materials(&workspace, &out),
        #[cfg(target_os = "linux")]
        Task::Release { step } if step == ["drill"] => dist::drill(&workspace),
        Task::Release { step } => release::run(&step),
        #[cfg(target_os = "linux")]
        Task::Apt(options) => dist::publish_apt(&workspace, &options),
        #[cfg(target_os = "linux")]
        Task::Rpm(options) => dist::publish_rpm(&options),
        Task::Screenshots => screenshots::run(&workspace),
        Task::Fuzz { target, minutes } => fuzz::run(&workspace, target.as_deref(), minutes),
    }
}

/// What has to be installed before a task starts.
#[derive(Debug, PartialEq, Eq)]
enum Need {
    /// Everything that a build needs.
    Everything,
    /// Compilers and system libraries, for tasks that build neither the window nor anything with the model.
    Packages,
    /// The build that it starts runs setup, or nothing may be installed.
    Nothing,
}

impl Need {
    fn of(task: &Task) -> Self {
        match task {
            Task::Tidy { only } if !only.is_empty() => Self::Nothing,
            Task::Setup { list_packages: false } | Task::Tidy { .. } | Task::Codegen { .. } => Self::Everything,
            Task::Fuzz { .. } => Self::Packages,
            // What xtask itself was linked with is enough for a release step.
            Task::Setup { list_packages: true }
            | Task::Release { .. }
            | Task::Run { .. }
            | Task::Build { .. }
            | Task::Test { .. }
            | Task::Bench { .. }
            | Task::Dist { .. }
            | Task::InstallTest { .. }
            | Task::Screenshots => Self::Nothing,
            #[cfg(target_os = "linux")]
            Task::Sbom { .. } | Task::Apt(_) | Task::Rpm(_) => Self::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: &str) {
        let words = std::iter::once("xtask").chain(line.split_whitespace());
        let parsed = Arguments::try_parse_from(words).map(|arguments| format!("{:?}", arguments.task));
        assert_eq!(parsed.unwrap_or_else(|error| format!("{:?}", error.kind())), expect, "{line}");
    }

    #[test]
    fn commands_are_parsed() {
        check("setup", "Setup { list_packages: false }");
        check("run a.epub books", r#"Run { files: ["a.epub", "books"], two_devices: false }"#);
        check("run --two-devices", "Run { files: [], two_devices: true }");
        check("build --release", "Build { release: true, out: None }");
        check("build --release --out a", r#"Build { release: true, out: Some("a") }"#);
        check("build --out a", "MissingRequiredArgument");
        check("install-test a", r#"InstallTest { packages: "a" }"#);
        check("test --units", "Test { units: true, exhaustive: false }");
        check("test --exhaustive", "Test { units: false, exhaustive: true }");
        check("test --units --exhaustive", "ArgumentConflict");
        check("codegen --check", "Codegen { check: true }");
        check("bench eval", r#"Bench { name: Some("eval"), against: None }"#);
        check("bench --against a.json", r#"Bench { name: None, against: Some("a.json") }"#);
        check("release verify --root a", r#"Release { step: ["verify", "--root", "a"] }"#);
        check(
            "dist --install-test trixie",
            r#"Dist { programs: None, only: [], appimage_runtime: None, update: None, out: None, sign_with: None, flatpak_sources: None, install_test: ["trixie"] }"#,
        );
        check(
            "dist --programs bin --only nsis --out o",
            r#"Dist { programs: Some("bin"), only: ["nsis"], appimage_runtime: None, update: None, out: Some("o"), sign_with: None, flatpak_sources: None, install_test: [] }"#,
        );
        check("dist --flatpak-sources a --only rpm", "ArgumentConflict");
        check("screenshots", "Screenshots");
        check("fuzz", "Fuzz { target: None, minutes: 10 }");
        check("fuzz epub --minutes 2", r#"Fuzz { target: Some("epub"), minutes: 2 }"#);
        check("tidy", "Tidy { only: [] }");
        check("tidy --only cycles --only words", r#"Tidy { only: ["cycles", "words"] }"#);
        check("tidy now", "UnknownArgument");
        check("", "DisplayHelpOnMissingArgumentOrSubcommand");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn repository_needs_a_folder_and_a_key() {
        check("apt", "MissingRequiredArgument");
        check("apt --repository apt", "MissingRequiredArgument");
        check("apt --test trixie --key a", "ArgumentConflict");
        check("apt --test trixie", r#"Apt(AptOptions { repository: None, test: Some("trixie") })"#);
        let options = r#"RepositoryOptions { packages: ["a"], repository: "r", key: "k", suite: "stable" }"#;
        check(
            "apt --repository r --key k a",
            &format!("Apt(AptOptions {{ repository: Some({options}), test: None }})"),
        );
        check("rpm --repository r --key k a", &format!("Rpm({options})"));
    }

    #[test]
    fn setup_runs_before_code_is_generated_or_fuzzed() {
        let check = |line: &str, expect: Need| {
            let words = std::iter::once("xtask").chain(line.split_whitespace());
            assert_eq!(Need::of(&Arguments::try_parse_from(words).unwrap().task), expect, "{line}");
        };
        check("setup", Need::Everything);
        check("setup --list-packages", Need::Nothing);
        check("tidy", Need::Everything);
        check("tidy --only cycles", Need::Nothing);
        check("codegen", Need::Everything);
        check("codegen --check", Need::Everything);
        check("fuzz epub", Need::Packages);
        check("release verify", Need::Nothing);
        check("build", Need::Nothing);
    }

    #[test]
    fn clap_accepts_the_declaration() {
        Arguments::command().debug_assert();
    }
}
