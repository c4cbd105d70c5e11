//! A worker under the control of its file: it confines itself like the real one, or with fewer layers, and then does what
//! the first word of the file says. What succeeds is reported as a book, what fails as an error.

#![expect(clippy::panic, reason = "one of the things that it does")]

use std::fs;
use std::hint::black_box;
use std::io::{self, Read as _, Write as _};
use std::process::{Command, ExitCode};

use alexandria_domain::{Block, BlockKind, Format, Metadata, Section};
use alexandria_extract::{ExtractError, Extracted};
use alexandria_worker::Request;
use alexandria_worker::sandbox::{self, Layer};
use alexandria_worker::wire::{write_greeting, write_result};

/// The layers that the format of the file stands for.
fn layers(name: &str) -> &'static [Layer] {
    match name {
        "file.md" => &[Layer::Landlock],
        "file.html" => &[Layer::Seccomp],
        "file.unknown" => &[],
        _ => Layer::ALL,
    }
}

fn main() -> ExitCode {
    let Some(request) = Request::parse(std::env::args().skip(1)) else { return ExitCode::FAILURE };
    std::panic::set_hook(Box::new(|_information| {}));
    let Ok(mut confined) = sandbox::enter(&request.bounds(), layers(&request.name)) else { return ExitCode::FAILURE };
    let mut file = String::new();
    if confined.input.read_to_string(&mut file).is_err() {
        return ExitCode::FAILURE;
    }
    let (verb, object) = file.split_once(' ').unwrap_or((&file, ""));
    let mut output = io::stdout().lock();
    if verb == "garbage" {
        return status(output.write_all(&[b'x'; 4096]));
    }
    if verb == "version" {
        let mut greeting = Vec::new();
        let written = write_greeting(confined.layers, &mut greeting);
        let other: Vec<u8> = greeting.iter().map(|byte| if *byte == b'/' { b'!' } else { *byte }).collect();
        return status(written.and_then(|()| output.write_all(&other)));
    }
    if write_greeting(confined.layers, &mut output).is_err() {
        return ExitCode::FAILURE;
    }
    status(answer(verb, object, request.parent, &mut output))
}

fn status(written: io::Result<()>) -> ExitCode {
    if written.and_then(|()| io::stdout().flush()).is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn answer(verb: &str, object: &str, parent: u32, output: &mut impl io::Write) -> io::Result<()> {
    let mut whole = Vec::new();
    write_result(&Ok(book("it was done")), &mut whole)?;
    let head = whole.get(..whole.len() - 5).unwrap_or_default();
    match verb {
        "early" => return output.write_all(head),
        // Text without an end.
        "flood" => {
            output.write_all(head)?;
            let frame = [&[5, 15, 0, 0, 0][..], &[0, 10, 0, 0, 0], b"0123456789"].concat().repeat(1 << 12);
            return (0..1 << 14).try_for_each(|_| output.write_all(&frame));
        }
        // A result that says that it is longer than it is.
        "announce" => {
            output.write_all(head)?;
            return output.write_all(&[5, 0xff, 0xff, 0xff, 0xff]);
        }
        "invalid" => {
            let mut other = Vec::new();
            write_result(&Ok(book("two\nlines")), &mut other)?;
            return output.write_all(&other);
        }
        "linger" => {
            output.write_all(&whole)?;
            output.flush()?;
            wait_forever();
        }
        _ => {}
    }
    match attempt(verb, object, parent) {
        Ok(()) => output.write_all(&whole),
        Err(error) => write_result(&Err(ExtractError::Io(error)), output),
    }
}

fn attempt(verb: &str, object: &str, parent: u32) -> io::Result<()> {
    match verb {
        "read" => fs::read(object).map(drop),
        "write" => fs::write(object, b"x"),
        "delete" => fs::remove_file(object),
        "folder" => fs::create_dir(object),
        "tcp" => std::net::TcpStream::connect(object).map(drop),
        "listen" => std::net::TcpListener::bind(object).map(drop),
        "udp" => std::net::UdpSocket::bind("127.0.0.1:0")?.send_to(b"x", object).map(drop),
        "unix" => std::os::unix::net::UnixStream::connect(object).map(drop),
        "run" => Command::new(object).status().map(drop),
        "become" => Err(std::os::unix::process::CommandExt::exec(&mut Command::new(object))),
        "thread" => std::thread::Builder::new().spawn(|| {}).map(drop),
        "abort" => std::process::abort(),
        "panic" => panic!("of a sentence of a book"),
        "overflow" => {
            black_box(recurse(1));
            Ok(())
        }
        "loop" => loop {
            black_box(0);
        },
        "wait" => wait_forever(),
        "allocate" => {
            let bytes: Vec<u8> = Vec::with_capacity(100 << 30);
            black_box(bytes);
            Ok(())
        }
        "grow" => {
            let mut bytes: Vec<Vec<u8>> = Vec::new();
            loop {
                bytes.push(black_box(vec![1; 1 << 20]));
            }
        }
        "environment" => refuse(std::env::vars_os().next().is_some()),
        "descriptors" => refuse(fs::read_dir("/proc/self/fd")?.count() > 6),
        "directory" => refuse(std::env::current_dir()?.as_os_str() != "/"),
        #[cfg(target_os = "linux")]
        "signal" => Ok(nix::sys::signal::kill(id(parent), nix::sys::signal::Signal::SIGCONT)?),
        #[cfg(target_os = "linux")]
        "trace" => Ok(nix::sys::ptrace::seize(id(parent), nix::sys::ptrace::Options::empty())?),
        _ => Err(io::Error::other("an unknown verb")),
    }
}

#[cfg(target_os = "linux")]
fn id(process: u32) -> nix::unistd::Pid {
    nix::unistd::Pid::from_raw(i32::try_from(process).unwrap_or(i32::MAX))
}

fn refuse(is_wrong: bool) -> io::Result<()> {
    if is_wrong { Err(io::ErrorKind::InvalidData.into()) } else { Ok(()) }
}

fn wait_forever() -> ! {
    // Reading memory: the filter allows no call that sleeps.
    loop {
        std::hint::spin_loop();
    }
}

#[expect(unconditional_recursion, reason = "it is to overflow the stack")]
fn recurse(depth: u64) -> u64 {
    black_box([depth; 64]).iter().sum::<u64>() + recurse(black_box(depth + 1))
}

fn book(text: &str) -> Extracted {
    let section = Section {
        href: "a.xhtml".to_owned(),
        media_type: "application/xhtml+xml".to_owned(),
        toc_path: Vec::new(),
        linear: true,
        blocks: vec![Block { text: text.to_owned(), kind: BlockKind::Text }],
    };
    let metadata = Metadata { language: "en".to_owned(), ..Metadata::default() };
    Extracted { format: Format::Text, metadata, toc: Vec::new(), sections: vec![section], cover: None }
}
