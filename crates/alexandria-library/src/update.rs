//! Updates of the program: looked for, downloaded and installed for this installation.
//!
//! Needs no open library: what the user decided and what was verified is in a state folder of the device. An open library
//! remembers in addition what was verified, so that the loss of that folder is noticed ([`record`]). Which release is
//! offered, and all verification, is in `alexandria-update`; requests go through `alexandria-net`, which lists them. Absent:
//! when to look for updates, which the shell decides by [`Mode`], and the words that tell the user about it.

mod center;
mod error;
mod fetch;
mod package;
mod record;
mod startup;
mod waiting;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use alexandria_crypto::random;
use alexandria_net::{Client, Entry, NetworkLog};
use alexandria_update::{
    AppImage, Attempts, Environment, Fetch, Installation, LastCheck, ReleaseSource as _, Startup, SystemVersion,
    TufSource, UpdateFile, VersionRecord, decide, download, installation_id,
};
pub use alexandria_update::{
    Artifact, Channel, Decision, Mode, Obstacle, Packaging, Preferences, Trigger, Version, WaitReason,
};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

pub use self::center::{UpdateCenter, UpdateOverview};
pub use self::error::UpdateError;
use self::fetch::{ChosenPermissions, NetFetch};
use self::package::UpdatePackage;
use self::record::LibraryRecord;
pub use self::startup::{begin_start, start_previous};
use crate::blocking::blocking;
use crate::folders::Folders;

/// What is known about updates without asking anybody.
#[derive(Clone, Debug)]
pub struct UpdateStatus {
    /// The version that runs.
    pub version: Version,
    /// How it was installed.
    pub packaging: Packaging,
    /// What the user decided.
    pub preferences: Preferences,
    /// When release information was last verified, in milliseconds since 1970.
    pub checked: Option<i64>,
    /// Whether checks have failed for two weeks.
    pub is_stale: bool,
    /// The server, if this copy of the program looks for updates itself.
    pub server: Option<String>,
}

/// A release that was found, with what is needed to fetch it.
#[derive(Clone, Debug)]
pub struct Check {
    /// What to do.
    pub decision: Decision,
    /// Where the package comes from: the server, or an update file.
    fetch: Arc<dyn Fetch>,
}

/// How an update went on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Installed {
    /// It is in place; the next start runs it.
    AtNextStart(Version),
    /// The system's package manager has to install it.
    ByPackageManager(Version),
    /// The verified package is in this file, for the user to unpack.
    ByHand(Version, PathBuf),
}

/// Updates of this installation.
#[derive(Clone, Debug)]
pub struct Updates {
    state: PathBuf,
    version: Version,
    packaging: Packaging,
    package: Option<UpdatePackage>,
    log: NetworkLog,
    record: Arc<LibraryRecord>,
}

impl Updates {
    /// Updates of the running program, whose version is `version`.
    ///
    /// # Errors
    /// When the version is not three numbers, or a state file cannot be read.
    pub async fn open(folders: &Folders, version: &str) -> Result<Self, UpdateError> {
        let version = version.parse().map_err(|_| UpdateError::Version)?;
        let state = folders.updates().to_owned();
        blocking(move || {
            let environment = Environment::of_process().map_err(UpdateError::Io)?;
            let package = UpdatePackage::locate(&environment.program)?;
            let log = NetworkLog::open(&state.join("network.jsonl"))?;
            let packaging = Packaging::detect(&environment);
            Ok(Self { packaging, state, version, package, log, record: Arc::default() })
        })
        .await
    }

    /// What is known without asking anybody.
    ///
    /// # Errors
    /// When a state file cannot be read.
    pub async fn status(&self) -> Result<UpdateStatus, UpdateError> {
        let this = self.clone();
        blocking(move || {
            let last = LastCheck::read(&this.state)?;
            Ok(UpdateStatus {
                version: this.version,
                packaging: this.packaging,
                preferences: Preferences::read(&this.state)?,
                checked: last.succeeded.map(Timestamp::as_millisecond),
                is_stale: last.is_stale(Timestamp::now()),
                server: this.package.and_then(|package| package.url.host_str().map(str::to_owned)),
            })
        })
        .await
    }

    /// Keeps what the user decided.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn decide(&self, preferences: Preferences) -> Result<(), UpdateError> {
        let state = self.state.clone();
        blocking(move || Ok(preferences.write(&state)?)).await
    }

    /// Asks the server which release is for this installation.
    ///
    /// # Errors
    /// When the user does not allow it, there is no connection, or what the server says does not verify.
    pub async fn check(&self, trigger: Trigger) -> Result<Check, UpdateError> {
        let package = self.package.clone().ok_or(UpdateError::NotOurs)?;
        let client = Client::new(self.log.clone(), Arc::new(ChosenPermissions::new(&self.state)))?;
        let fetch: Arc<dyn Fetch> = Arc::new(NetFetch::new(client));
        let found = self.find(&package, fetch, trigger).await;
        if found.as_ref().is_err_and(UpdateError::is_not_allowed) {
            // Not a check, and no reason to warn that checks fail.
            return found;
        }
        let (state, is_success) = (self.state.clone(), found.is_ok());
        blocking(move || {
            Ok::<_, UpdateError>(LastCheck::read(&state)?.after(Timestamp::now(), is_success).write(&state)?)
        })
        .await?;
        found
    }

    /// Looks into an update file, which is verified as the server is. The user's channel holds for it, too: the key of the
    /// beta channel must not reach those who did not choose beta by another way.
    ///
    /// # Errors
    /// When it is not an update file, or does not verify.
    pub async fn check_file(&self, file: &Path) -> Result<Check, UpdateError> {
        let package = self.package.clone().ok_or(UpdateError::NotOurs)?;
        let fetch: Arc<dyn Fetch> = Arc::new(UpdateFile::open(file, package.url.clone()).await?);
        self.find(&package, fetch, Trigger::User).await
    }

    async fn find(
        &self,
        package: &UpdatePackage,
        fetch: Arc<dyn Fetch>,
        trigger: Trigger,
    ) -> Result<Check, UpdateError> {
        let this = self.clone();
        let (preferences, attempts, installation) = blocking(move || {
            let preferences = Preferences::read(&this.state)?;
            Ok::<_, UpdateError>((preferences, Attempts::read(&this.attempts())?, this.installation()?))
        })
        .await?;
        let record: Arc<dyn VersionRecord> = Arc::<LibraryRecord>::clone(&self.record);
        let source = TufSource::new(package.repository()?, Arc::clone(&fetch), self.state.clone()).with_record(record);
        let releases = source.load().await?;
        let decision = decide(&releases, &installation, preferences.channel, trigger, &attempts.failed());
        Ok(Check { decision, fetch })
    }

    /// Downloads the package of a release and puts it in the place of the program, or says who has to. `progress` gets the
    /// bytes that are there and how many there will be. What was received stays if `cancel` ends it.
    ///
    /// # Errors
    /// When the package cannot be fetched, is not the signed one, or cannot be put in place. The program is unchanged then.
    pub async fn install(
        &self,
        check: &Check,
        cancel: &CancellationToken,
        progress: impl Fn(u64, u64) + Send + Sync,
    ) -> Result<Installed, UpdateError> {
        let (Decision::Update(artifact) | Decision::RollBack(artifact)) = &check.decision else {
            return Err(UpdateError::NothingToInstall);
        };
        let version = artifact.release.version;
        if matches!(self.packaging, Packaging::Deb | Packaging::Rpm | Packaging::Flatpak) {
            return Ok(Installed::ByPackageManager(version));
        }
        let package = self.package.clone().ok_or(UpdateError::NotOurs)?;
        let source = TufSource::new(package.repository()?, Arc::clone(&check.fetch), self.state.clone());
        let url = source.address(artifact)?;
        let staging = self.state.join("staging");
        let report = |bytes| progress(bytes, artifact.length);
        let downloading = download(check.fetch.as_ref(), &url, artifact, &staging, report);
        let package = tokio::select! {
            downloaded = downloading => downloaded?.path,
            () = cancel.cancelled() => return Err(UpdateError::Cancelled),
        };
        let Packaging::AppImage(file) = self.packaging.clone() else {
            return Ok(Installed::ByHand(version, package));
        };
        let this = self.clone();
        let sha256 = artifact.sha256;
        blocking(move || this.replace(&file, &package, &sha256, version)).await?;
        Ok(Installed::AtNextStart(version))
    }

    fn replace(&self, file: &Path, package: &Path, sha256: &[u8; 32], version: Version) -> Result<(), UpdateError> {
        let mut attempts = Attempts::read(&self.attempts())?;
        attempts.begin(version);
        // Both before the program changes: a crash must leave a record of what was about to happen.
        attempts.write(&self.attempts())?;
        let startup = Startup::new(&self.state);
        startup.expect(self.version, version)?;
        let replaced = AppImage::new(file).and_then(|app| app.replace(package, sha256));
        if let Err(error) = replaced {
            startup.clear()?;
            return Err(error.into());
        }
        std::fs::remove_file(package).map_err(UpdateError::Io)
    }

    /// The running program works: if it is new, it stays, and the previous one is removed. The old program that has
    /// installed it changes nothing here.
    ///
    /// # Errors
    /// When a state file cannot be written.
    pub async fn prove(&self) -> Result<(), UpdateError> {
        let this = self.clone();
        blocking(move || {
            if !Startup::new(&this.state).prove(this.version)? {
                return Ok(());
            }
            let mut attempts = Attempts::read(&this.attempts())?;
            attempts.succeed(this.version);
            attempts.write(&this.attempts())?;
            if let Packaging::AppImage(file) = &this.packaging {
                AppImage::new(file)?.forget_previous()?;
            }
            Ok(())
        })
        .await
    }

    /// Every request the program made, oldest first.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn network_log(&self) -> Result<Vec<Entry>, UpdateError> {
        let log = self.log.clone();
        blocking(move || Ok(log.entries()?)).await
    }

    fn attempts(&self) -> PathBuf {
        self.state.join("attempts.json")
    }

    fn installation(&self) -> Result<Installation, UpdateError> {
        let id = installation_id(&self.state, || random::bytes().map_err(UpdateError::Random))?;
        Ok(Installation {
            version: self.version,
            target: Installation::target_of(&self.packaging),
            db_schema: alexandria_store::SCHEMA_VERSION,
            id,
            os: None,
            glibc: package::glibc().and_then(|text| SystemVersion::parse(&text)),
        })
    }
}
