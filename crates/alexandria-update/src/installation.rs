//! What is installed here: version, kind of package, and what the device can run.

use std::path::{Path, PathBuf};

use crate::version::Version;

/// How the program was installed, which decides how it is updated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packaging {
    /// A single AppImage file, which replaces itself.
    AppImage(PathBuf),
    /// A package of Debian and its relatives; `apt` updates it.
    Deb,
    /// A package of Fedora and its relatives; `dnf` updates it.
    Rpm,
    /// A Flatpak; the software centre updates it.
    Flatpak,
    /// From an archive or a build, by hand.
    Unpacked,
}

/// What the packaging is decided from.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `APPIMAGE`: the file that the AppImage runtime was started from.
    pub appimage: Option<PathBuf>,
    /// `APPDIR`: where its content is mounted.
    pub appdir: Option<PathBuf>,
    /// Whether the program runs in a Flatpak sandbox.
    pub is_flatpak: bool,
    /// Whether the system's packages are managed by dpkg.
    pub has_dpkg: bool,
    /// The running program.
    pub program: PathBuf,
}

impl Environment {
    /// The environment of this process.
    ///
    /// # Errors
    /// When the system does not say which program this is.
    pub fn of_process() -> std::io::Result<Self> {
        Ok(Self {
            appimage: std::env::var_os("APPIMAGE").map(PathBuf::from),
            appdir: std::env::var_os("APPDIR").map(PathBuf::from),
            is_flatpak: Path::new("/.flatpak-info").exists(),
            has_dpkg: Path::new("/var/lib/dpkg/status").exists(),
            program: std::env::current_exe()?,
        })
    }
}

impl Packaging {
    /// Decides how the running program was installed.
    ///
    /// `APPIMAGE` alone proves nothing: a terminal or an editor that is itself an AppImage passes it on to everything
    /// started from it. The program must lie in that AppImage's mount.
    #[must_use]
    pub fn detect(environment: &Environment) -> Self {
        let program = environment.program.as_path();
        if environment.is_flatpak {
            return Self::Flatpak;
        }
        if let (Some(file), Some(mount)) = (&environment.appimage, &environment.appdir)
            && file.is_absolute()
            && mount.is_absolute()
            && program.starts_with(mount)
        {
            return Self::AppImage(file.clone());
        }
        if program.starts_with("/usr") && !program.starts_with("/usr/local") {
            return if environment.has_dpkg { Self::Deb } else { Self::Rpm };
        }
        Self::Unpacked
    }

    /// The name in settings and messages, and the last part of [`Installation::target`].
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::AppImage(_) => "appimage",
            Self::Deb => "deb",
            Self::Rpm => "rpm",
            Self::Flatpak => "flatpak",
            Self::Unpacked => "tar",
        }
    }
}

/// A dotted version of the operating system or of a library, such as `2.36`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SystemVersion(Vec<u32>);

impl SystemVersion {
    /// Reads `2.36` or `14.2.1`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let numbers: Option<Vec<u32>> = text.split('.').map(|part| part.parse().ok()).collect();
        numbers.filter(|numbers| numbers.len() <= 4).map(Self)
    }
}

/// This installation.
#[derive(Clone, Debug)]
pub struct Installation {
    /// The version of the running program.
    pub version: Version,
    /// Operating system, processor and package, such as `linux-x86_64-appimage`.
    pub target: String,
    /// The schema of the library database that the program writes.
    pub db_schema: u32,
    /// A random id, which never leaves the device.
    pub id: [u8; 16],
    /// The version of the operating system, if known.
    pub os: Option<SystemVersion>,
    /// The version of glibc, if there is one.
    pub glibc: Option<SystemVersion>,
}

impl Installation {
    /// The target of a program for this operating system and processor, packaged like this.
    #[must_use]
    pub fn target_of(packaging: &Packaging) -> String {
        format!("{}-{}-{}", std::env::consts::OS, std::env::consts::ARCH, packaging.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(appimage: Option<&str>, appdir: Option<&str>, program: &str, want: &Packaging) {
        let environment = Environment {
            appimage: appimage.map(PathBuf::from),
            appdir: appdir.map(PathBuf::from),
            is_flatpak: false,
            has_dpkg: true,
            program: program.into(),
        };
        assert_eq!(&Packaging::detect(&environment), want, "{program}");
    }

    #[test]
    fn packaging_is_an_appimage_only_if_the_program_runs_from_it() {
        let ours = Packaging::AppImage("/data/Alexandria.AppImage".into());
        check(
            Some("/data/Alexandria.AppImage"),
            Some("/tmp/.mount_A"),
            "/tmp/.mount_A/usr/bin/alexandria-desktop",
            &ours,
        );
        // Started from a terminal that is an AppImage.
        check(Some("/data/Term.AppImage"), Some("/tmp/.mount_T"), "/usr/bin/alexandria-desktop", &Packaging::Deb);
        check(Some("/data/Term.AppImage"), Some("/tmp/.mount_T"), "/data/a/alexandria-desktop", &Packaging::Unpacked);
        check(Some("/data/Term.AppImage"), None, "/data/a/alexandria-desktop", &Packaging::Unpacked);
        check(Some("Term.AppImage"), Some("/tmp/.mount_A"), "/tmp/.mount_A/usr/bin/x", &Packaging::Unpacked);
    }

    #[test]
    fn packaging_of_installed_and_unpacked_programs() {
        check(None, None, "/usr/bin/alexandria", &Packaging::Deb);
        check(None, None, "/usr/local/bin/alexandria", &Packaging::Unpacked);
        check(None, None, "/data/alexandria/bin/alexandria", &Packaging::Unpacked);
    }

    #[test]
    fn system_versions_are_ordered_by_number() {
        assert!(SystemVersion::parse("2.9") < SystemVersion::parse("2.36"));
        assert!(SystemVersion::parse("14") <= SystemVersion::parse("14.0"));
        assert_eq!(SystemVersion::parse("2.x"), None);
    }
}
