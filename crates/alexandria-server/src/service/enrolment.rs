//! The mailbox in which a new device and an old one get to know each other.
//!
//! Boundary: the server relays and never interprets. It knows the order of the steps, that each is taken once, and when
//! the mailbox ends; it cannot tell right keys from wrong ones, which is what the digits are for. The last step also
//! admits the device, by the statement that it carries.

use alexandria_protocol::api::account::EventKind;
use alexandria_protocol::api::enrolments::{
    EnrolmentAnswer, EnrolmentOffer, EnrolmentReveal, EnrolmentSeal, EnrolmentState,
};
use alexandria_protocol::base64::Base64Bytes;
use alexandria_protocol::devices::NewDevice;
use alexandria_protocol::limits::{ENROLMENT_LIFETIME, MAX_ENROLMENT_MESSAGE_BYTES};

use super::context::Rules;
use super::error::RuleError;
use crate::store::{AccountId, DeviceId, Enrolment, EnrolmentId, Entity, StoreError};
use crate::transient::Topic;

/// A step after the first.
#[derive(Clone, Debug)]
pub enum EnrolmentStep {
    /// The old device answers.
    Answer(EnrolmentAnswer),
    /// The new device reveals.
    Reveal(EnrolmentReveal),
    /// The old device seals.
    Seal(Box<EnrolmentSeal>),
    /// Either cancels.
    Cancel,
}

impl Rules {
    /// Opens a mailbox with the new device's commitment. The same again is done.
    ///
    /// # Errors
    /// [`RuleError::EnrolmentOutOfTurn`] if the id is taken.
    pub async fn start_enrolment(
        &self,
        account: AccountId,
        id: EnrolmentId,
        offer: EnrolmentOffer,
        address: &str,
    ) -> Result<EnrolmentState, RuleError> {
        let now = self.now();
        let state = EnrolmentState {
            enrolment: id,
            steps: 1,
            is_cancelled: false,
            expires_in_seconds: 0,
            offer,
            answer: None,
            reveal: None,
            seal: None,
        };
        let expires_at = now.plus(ENROLMENT_LIFETIME);
        match self.store().create_enrolment(account, id, encode(&state)?, expires_at).await {
            Ok(()) => {}
            Err(StoreError::Conflict(Entity::Enrolment)) => {
                let (_, stored) = self.enrolment(account, id).await?;
                return if stored.offer == offer { Ok(stored) } else { Err(RuleError::EnrolmentOutOfTurn) };
            }
            Err(error) => return Err(error.into()),
        }
        self.audit(account, Some(offer.device), EventKind::EnrolmentStarted, Some(address)).await?;
        self.wake(account).await;
        Ok(self.enrolment(account, id).await?.1)
    }

    /// A mailbox that has not ended.
    ///
    /// # Errors
    /// [`RuleError::EnrolmentEnded`].
    pub async fn enrolment(&self, account: AccountId, id: EnrolmentId) -> Result<(u64, EnrolmentState), RuleError> {
        let stored = self.store().enrolment(account, id, self.now()).await?.ok_or(RuleError::EnrolmentEnded)?;
        Ok((stored.version, self.decode(&stored)?))
    }

    /// The mailboxes that are open.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn enrolments(&self, account: AccountId) -> Result<Vec<EnrolmentState>, RuleError> {
        let stored = self.store().enrolments(account, self.now()).await?;
        let states = stored.iter().map(|enrolment| self.decode(enrolment)).collect::<Result<Vec<_>, _>>()?;
        Ok(states.into_iter().filter(|state| !state.is_cancelled && state.seal.is_none()).collect())
    }

    /// Takes a step. The same again is done; another one under the same number is refused, so an enrolment has one try.
    ///
    /// # Errors
    /// [`RuleError::EnrolmentEnded`], [`RuleError::EnrolmentOutOfTurn`], [`RuleError::TooLarge`]; for the last step those
    /// of [`Rules::add_device`].
    pub async fn continue_enrolment(
        &self,
        account: AccountId,
        acting: Option<DeviceId>,
        id: EnrolmentId,
        step: &EnrolmentStep,
    ) -> Result<EnrolmentState, RuleError> {
        let (version, mut state) = self.enrolment(account, id).await?;
        let before = state.clone();
        take_step(&mut state, acting, step)?;
        if state == before {
            return Ok(state);
        }
        if let EnrolmentStep::Seal(seal) = step {
            self.add_device(account, state.offer.device, &seal.entry).await?;
        }
        match self.store().update_enrolment(account, id, version, encode(&state)?, self.now()).await {
            Ok(_) => {}
            Err(StoreError::VersionMismatch { .. }) => return Err(RuleError::EnrolmentOutOfTurn),
            Err(StoreError::NotFound(_)) => return Err(RuleError::EnrolmentEnded),
            Err(error) => return Err(error.into()),
        }
        self.transient().wake(Topic::Enrolment(*id.as_bytes())).await;
        self.wake(account).await;
        Ok(self.enrolment(account, id).await?.1)
    }

    fn decode(&self, stored: &Enrolment) -> Result<EnrolmentState, RuleError> {
        let state: EnrolmentState =
            serde_json::from_slice(&stored.state).map_err(|_| RuleError::Damaged("enrolment"))?;
        let left = stored.expires_at.0.saturating_sub(self.now().0) / 1000;
        Ok(EnrolmentState { expires_in_seconds: u32::try_from(left).unwrap_or(0), ..state })
    }
}

/// Applies a step to a mailbox that waits for it. `acting` is the device of the session, if there is one.
fn take_step(state: &mut EnrolmentState, acting: Option<DeviceId>, step: &EnrolmentStep) -> Result<(), RuleError> {
    if state.is_cancelled {
        return if matches!(step, EnrolmentStep::Cancel) { Ok(()) } else { Err(RuleError::EnrolmentEnded) };
    }
    let number = match step {
        EnrolmentStep::Answer(answer) => {
            // A device answers in its own name only.
            if acting != Some(answer.device) {
                return Err(RuleError::StatementMismatch);
            }
            write_once(&mut state.answer, answer, state.steps, 1)?
        }
        EnrolmentStep::Reveal(reveal) => {
            limit(&reveal.label, NewDevice::MAX_LABEL_BYTES)?;
            write_once(&mut state.reveal, reveal, state.steps, 2)?
        }
        EnrolmentStep::Seal(seal) => {
            limit(&seal.sealed, MAX_ENROLMENT_MESSAGE_BYTES)?;
            // Only the device that answered can finish.
            if state.answer.as_ref().map(|answer| answer.device) != acting {
                return Err(RuleError::EnrolmentOutOfTurn);
            }
            write_once(&mut state.seal, &**seal, state.steps, 3)?
        }
        EnrolmentStep::Cancel if state.seal.is_some() => return Err(RuleError::EnrolmentOutOfTurn),
        EnrolmentStep::Cancel => {
            state.is_cancelled = true;
            state.steps
        }
    };
    state.steps = number;
    Ok(())
}

/// Writes a message into its empty place if `steps` of `before` were taken; returns how many are taken then.
fn write_once<T: Clone + PartialEq>(
    place: &mut Option<T>,
    message: &T,
    steps: u32,
    before: u32,
) -> Result<u32, RuleError> {
    match place {
        Some(written) if written == message => Ok(steps),
        None if steps == before => {
            *place = Some(message.clone());
            Ok(before + 1)
        }
        _ => Err(RuleError::EnrolmentOutOfTurn),
    }
}

fn limit(message: &Base64Bytes, limit: usize) -> Result<(), RuleError> {
    if message.len() > limit {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        return Err(RuleError::TooLarge { what: "a message of an enrolment", limit });
    }
    Ok(())
}

fn encode(state: &EnrolmentState) -> Result<Vec<u8>, RuleError> {
    serde_json::to_vec(state).map_err(|_| RuleError::Damaged("enrolment"))
}
