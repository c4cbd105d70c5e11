//! Accessibility checks with axe-core, of the window and of the pages of books in it.

use std::path::Path;

use anyhow::Context;

use crate::window::Window;

/// Runs axe-core in the document the driver is in, and returns its serious violations. Frames are checked one by one
/// instead: their policy lets axe-core, as a script of the window, into none of them.
const RUN: &str = "const done = arguments[arguments.length - 1];
    window.axe.run(document, { resultTypes: ['violations'], iframes: false }).then(
        (result) => done(result.violations
            .filter((v) => v.impact === 'serious' || v.impact === 'critical')
            .map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html).join(' | ')}`)),
        (error) => done([`axe failed: ${error}`]))";

impl Window {
    /// Serious accessibility violations that axe-core finds in the window and in the book pages shown in it, one a line.
    ///
    /// # Errors
    /// When axe-core is not installed or fails.
    pub async fn accessibility_violations(&self) -> anyhow::Result<Vec<String>> {
        let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(axe).context("axe-core is not installed; run `cargo xtask setup`")?;
        let mut violations = self.violations_here(&axe).await?;
        for frame in self.book_frames().await? {
            frame.enter_frame().await?;
            let in_frame = self.violations_here(&axe).await;
            self.client.enter_parent_frame().await?;
            violations.extend(in_frame?.into_iter().map(|violation| format!("in the book page: {violation}")));
        }
        Ok(violations)
    }

    /// The driver's scripts are not bound by the policy of the document, unlike those of the page.
    async fn violations_here(&self, axe: &str) -> anyhow::Result<Vec<String>> {
        self.run(&format!("{axe}; window.axe = axe; return true"), vec![]).await?;
        let violations = self.client.execute_async(RUN, vec![]).await?;
        Ok(serde_json::from_value(violations)?)
    }
}
