//! The program `alexandria-worker`: extracts the file on its standard input. Started by Alexandria only.

fn main() -> std::process::ExitCode {
    alexandria_worker::serve(std::env::args().skip(1))
}
