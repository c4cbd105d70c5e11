//! A Tauri window with nothing in it but one colour, which `cargo xtask bench window` measures beside ours: what any
//! program built this way costs.

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!("examples/empty_window/tauri.conf.json"))
}
