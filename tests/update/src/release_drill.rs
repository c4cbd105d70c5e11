//! The second half of `cargo xtask release drill`: publishes real packages with the release command, and uses the first of
//! them as a user does, until the third is taken back.
//!
//! The folder that is named on the command line has the packages, the keys and the repository; `xtask/src/dist/drill.rs`
//! fills it. Absent: what an attacker could do, which `tests/attacks.rs` shows.

mod drill;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use self::drill::Drill;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("drill: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().context("name the folder with the packages")?);
    let versions = arguments.map(|argument| argument.into_string().ok()).collect::<Option<Vec<String>>>();
    let versions: [String; 3] = versions
        .and_then(|versions| versions.try_into().ok())
        .context("name the versions: the first, the next, and the one that does not start")?;
    let [first, next, broken] = &versions;
    let drill = Drill::new(&folder)?;

    say(&format!("drill: {first} is published and installed, and two books are imported"));
    drill.publish(first, "100")?;
    drill.install(first)?;
    drill.import(first).await?;

    say(&format!("drill: {next} is published for nobody, then for everybody; the window installs it and restarts"));
    drill.publish(next, "0")?;
    drill.is_offered_nothing()?;
    drill.roll_out(next, "100")?;
    drill.update_and_restart(next).await?;
    drill.works(next).await?;

    say(&format!("drill: {broken} ends at its start; the fourth start is {next} again"));
    drill.publish(broken, "100")?;
    drill.update_and_fail(next, broken).await?;
    drill.works(next).await?;
    drill.is_offered_nothing()?;

    say(&format!("drill: {broken} is withdrawn"));
    drill.block(broken)?;
    drill.verify()?;
    drill.works(next).await?;
    say("drill: the library is as it was after the import, and all steps ended well");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the output of a command")]
fn say(line: &str) {
    println!("{line}");
}
