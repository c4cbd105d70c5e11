//! Gives the worker on Windows what Explorer and scanners look for in a program: name, version and icon.

fn main() -> std::io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    #[cfg(windows)]
    resource()?;
    Ok(())
}

#[cfg(windows)]
fn resource() -> std::io::Result<()> {
    const ICON: &str = "../../src-tauri/icons/icon.ico";
    println!("cargo:rerun-if-changed={ICON}");
    let mut resource = winresource::WindowsResource::new();
    resource
        .set_icon(ICON)
        .set("ProductName", "Alexandria")
        .set("FileDescription", "Alexandria, reading of files")
        .set("CompanyName", "Alexandria")
        .set("LegalCopyright", "MIT OR Apache-2.0")
        .set("OriginalFilename", "alexandria-worker.exe");
    resource.compile()
}
