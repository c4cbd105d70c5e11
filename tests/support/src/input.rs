//! Real input: the driver clicks, types and scrolls through the web view, so that the page sees trusted events and what
//! lies in front of an element is in its way.
//!
//! A script event is left only where the driver has no input for it or comes too late; the suites say so there.

use std::time::{Duration, Instant};

use anyhow::bail;
use fantoccini::Locator;
use fantoccini::actions::{
    ActionSequence, InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction, WheelAction,
    WheelActions,
};
use fantoccini::elements::Element;
use fantoccini::error::{CmdError, ErrorStatus, WebDriver};
use fantoccini::key::Key;

use crate::window::{POLL_INTERVAL, TIMEOUT, Window};

impl Window {
    /// Clicks the first element that a locator finds, once nothing is in front of it: what opens or closes takes a moment.
    ///
    /// # Errors
    /// When it does not appear or cannot be clicked.
    pub async fn click_on(&self, locator: Locator<'_>) -> anyhow::Result<()> {
        let start = Instant::now();
        loop {
            let clicked = match self.client.find(locator).await {
                Ok(element) => element.click().await,
                Err(error) => Err(error),
            };
            match clicked {
                Err(CmdError::Standard(error)) if start.elapsed() < TIMEOUT && may_become_clickable(&error) => {
                    tokio::time::sleep(POLL_INTERVAL).await;
                }
                Err(error) => {
                    let text = self.text("body").await.unwrap_or_default();
                    bail!("{locator:?} cannot be clicked: {error:?}; text of the window: {text}");
                }
                Ok(()) => return Ok(()),
            }
        }
    }

    /// Activates the element with that `data-testid` by key, as who uses no pointer does. For what lies below the fold of a
    /// scrolling panel, which WebKit's driver does not scroll to before it clicks.
    ///
    /// # Errors
    /// When it does not appear or takes no key.
    pub async fn activate(&self, id: &str) -> anyhow::Result<()> {
        Ok(self.find(id).await?.send_keys(&char::from(Key::Enter).to_string()).await?)
    }

    /// Presses and releases keys one after the other, without time between them. They go to whatever has the focus, inside
    /// the frame of a page as well.
    ///
    /// # Errors
    /// When the session is gone.
    pub async fn press(&self, keys: &[char]) -> anyhow::Result<()> {
        let actions = keys.iter().flat_map(|key| [KeyAction::Down { value: *key }, KeyAction::Up { value: *key }]);
        self.perform(keyboard(actions)).await
    }

    /// Presses a key while a modifier is held.
    ///
    /// # Errors
    /// When the session is gone.
    pub async fn press_with(&self, modifier: Key, key: char) -> anyhow::Result<()> {
        let modifier = char::from(modifier);
        let (down, up) = (KeyAction::Down { value: key }, KeyAction::Up { value: key });
        let held = [KeyAction::Down { value: modifier }, down, up, KeyAction::Up { value: modifier }];
        self.perform(keyboard(held)).await
    }

    /// Turns the wheel over the middle of an element by so many pixels; down is positive.
    ///
    /// # Errors
    /// When the element is not there or the session is gone.
    pub async fn scroll_over(&self, locator: Locator<'_>, pixels: i64) -> anyhow::Result<()> {
        let (left, top, width, height) = self.client.find(locator).await?.rectangle().await?;
        #[expect(clippy::cast_possible_truncation, reason = "coordinates of a small screen")]
        let (x, y) = ((left + width / 2.0) as i64, (top + height / 2.0) as i64);
        let duration = Some(Duration::ZERO);
        let scroll = WheelAction::Scroll { duration, x, y, delta_x: 0, delta_y: pixels };
        let mut wheel = WheelActions::new("wheel".to_owned());
        wheel.push(scroll);
        self.perform(wheel).await
    }

    /// Presses the mouse at one point of the window, moves it to another and releases it there; in pixels from the upper
    /// left. With two equal points it is a click.
    ///
    /// # Errors
    /// When the session is gone.
    pub async fn drag(&self, from: (i32, i32), to: (i32, i32)) -> anyhow::Result<()> {
        let (button, step) = (MOUSE_BUTTON_LEFT, Some(Duration::from_millis(50)));
        let at = |(x, y): (i32, i32)| PointerAction::MoveTo { duration: step, x: f64::from(x), y: f64::from(y) };
        let middle = ((from.0 + to.0) / 2, (from.1 + to.1) / 2);
        let actions = [at(from), PointerAction::Down { button }, at(middle), at(to), PointerAction::Up { button }];
        let mouse = actions.into_iter().fold(MouseActions::new("mouse".to_owned()), InputSource::then);
        self.perform(mouse).await
    }

    /// The frames in which pages of a book are shown.
    ///
    /// # Errors
    /// When the session is gone.
    pub async fn book_frames(&self) -> anyhow::Result<Vec<Element>> {
        let mut frames = Vec::new();
        for renderer in self.client.find_all(Locator::Css("alexandria-paginator")).await? {
            frames.extend(renderer.shadow_root().await?.find_all(Locator::Css("iframe")).await?);
        }
        Ok(frames)
    }

    async fn perform(&self, actions: impl Into<ActionSequence>) -> anyhow::Result<()> {
        Ok(self.client.perform_actions(actions.into()).await?)
    }
}

fn keyboard(actions: impl IntoIterator<Item = KeyAction>) -> KeyActions {
    actions.into_iter().fold(KeyActions::new("keyboard".to_owned()), InputSource::then)
}

/// Whether an element could not be clicked because it is missing, moving, covered or being replaced. It was not clicked.
fn may_become_clickable(error: &WebDriver) -> bool {
    matches!(
        error.error,
        ErrorStatus::NoSuchElement
            | ErrorStatus::ElementClickIntercepted
            | ErrorStatus::ElementNotInteractable
            | ErrorStatus::StaleElementReference
    )
}
