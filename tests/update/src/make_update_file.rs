//! Writes the update file that `tests/hostile` modifies, and the root of trust for it: `make-update-file FOLDER`.
//!
//! Its keys are thrown away. It is signed a century ahead, so that it does not expire like other update files, after a week.

use std::path::Path;

use alexandria_release::bundle;
use alexandria_tests_update::{Publisher, TARGET};
use alexandria_update::Channel;

const DAYS_AHEAD: i64 = 36_500;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os().nth(1);
    let folder = folder.ok_or_else(|| anyhow::anyhow!("make-update-file FOLDER"))?;
    let publisher = Publisher::new(-DAYS_AHEAD).await?;
    publisher.release(Channel::Stable, "1.4.0", b"the package of the fixture").await?;
    let out = publisher.path("out");
    std::fs::create_dir(&out)?;
    let wanted = (Channel::Stable, "1.4.0".parse()?, TARGET);
    let file = bundle(&publisher.layout(), wanted, &publisher.path("scratch"), &out).await?;
    std::fs::copy(file, Path::new(&folder).join("valid.update"))?;
    std::fs::write(Path::new(&folder).join("root.json"), &publisher.root)?;
    Ok(())
}
