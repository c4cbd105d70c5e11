//! The script that starts the window, with a program that prints how it was started.

use std::os::unix::process::CommandExt as _;

use super::*;

const PRINT: &str = "#!/bin/sh\necho \"$(basename \"$0\") in $(basename \"$PWD\")\"\nprintf '%s\\n' \"$@\"\n";

struct Image(PathBuf);

impl Image {
    /// For the test of this name.
    fn new(test: &str) -> Self {
        let root = std::env::temp_dir().join(format!("xtask-appimage-{}-{test}", std::process::id()));
        fs::create_dir_all(root.join("usr/bin")).unwrap();
        fs::create_dir_all(root.join("bundle")).unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../installers/linux/appimage/AppRun");
        fs::copy(source, root.join(START)).unwrap();
        for name in ["alexandria", "alexandria-desktop"] {
            let program = root.join("usr/bin").join(name);
            fs::write(&program, PRINT).unwrap();
            fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self(root)
    }

    /// Starts it as the runtime does: called `name`, by a reader who is in `/books`.
    fn check(&self, name: &str, arguments: &[&str], expect: &str) {
        let mut command = Process::new(self.0.join(START)).arguments(arguments).into_command();
        let output = command.arg0(name).env("ARGV0", name).env("OWD", "/books").output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), expect, "{name} {arguments:?}: {output:?}");
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

#[test]
fn relative_arguments_belong_to_the_folder_of_the_reader() {
    let image = Image::new("window");
    let window = "./Alexandria.AppImage";
    let started = "alexandria-desktop in bundle\n";
    let check = |arguments: &[&str], expect: &str| image.check(window, arguments, &format!("{started}{expect}"));
    check(&[], "\n");
    check(&["a book.epub", "../b.epub"], "/books/a book.epub\n/books/../b.epub\n");
    check(
        &["/c.epub", "file:///d%20e.epub", "alexandria://open/1"],
        "/c.epub\nfile:///d%20e.epub\nalexandria://open/1\n",
    );
    check(&["--library", "mine", "--", "-f.epub"], "--library\n/books/mine\n--\n/books/-f.epub\n");
}

#[test]
fn link_with_the_name_of_the_command_starts_the_command_where_the_reader_is() {
    let image = Image::new("command");
    let here = std::env::current_dir().unwrap();
    let here = here.file_name().unwrap().to_string_lossy();
    image.check("bin/alexandria", &["import", "a.epub"], &format!("alexandria in {here}\nimport\na.epub\n"));
}
