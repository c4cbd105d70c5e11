//! The close button of the window, on a display without a window manager that would have one. Ending the session of the
//! driver ends the program; this only tells it that the reader wants to go.

use std::process::Command;

use alexandria_tests_support::Display;
use anyhow::{Context, ensure};

/// Sends the window named by its number what a window manager sends when its close button is pressed (ICCCM 4.2.8.1).
const CLOSE: &str = r#"
import ctypes, sys
from ctypes import POINTER, Structure, c_char_p, c_int, c_long, c_ulong, c_void_p

class Message(Structure):
    _fields_ = [("type", c_int), ("serial", c_ulong), ("send_event", c_int), ("display", c_void_p), ("window", c_ulong),
                ("message_type", c_ulong), ("format", c_int), ("data", c_long * 5), ("rest_of_the_union", c_long * 24)]

x = ctypes.CDLL("libX11.so.6")
x.XOpenDisplay.argtypes, x.XOpenDisplay.restype = [c_char_p], c_void_p
x.XInternAtom.argtypes, x.XInternAtom.restype = [c_void_p, c_char_p, c_int], c_ulong
x.XSendEvent.argtypes = [c_void_p, c_ulong, c_int, c_long, POINTER(Message)]
x.XCloseDisplay.argtypes = [c_void_p]
display, window = x.XOpenDisplay(None), int(sys.argv[1])
data = (c_long * 5)(x.XInternAtom(display, b"WM_DELETE_WINDOW", 0))
message = Message(33, 0, 1, display, window, x.XInternAtom(display, b"WM_PROTOCOLS", 0), 32, data)
x.XSendEvent(display, window, 0, 0, message)
x.XCloseDisplay(display)
"#;

/// Presses the close button of the window.
///
/// # Errors
/// When there is no window, or it cannot be told.
pub fn press_close_button(display: &Display) -> anyhow::Result<()> {
    let search = ["search", "--onlyvisible", "--name", "^Alexandria$"];
    let found = Command::new("xdotool").env("DISPLAY", display.name()).args(search).output();
    let found = String::from_utf8(found.context("xdotool cannot be started; run `cargo xtask setup`")?.stdout)?;
    let window = found.lines().next().context("there is no window")?;
    let sent = Command::new("python3").env("DISPLAY", display.name()).args(["-c", CLOSE, window]).status();
    ensure!(sent.context("Python cannot be started")?.success(), "the close button cannot be pressed");
    Ok(())
}
