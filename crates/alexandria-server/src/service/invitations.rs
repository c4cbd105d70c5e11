//! Invitations to register: made by the operator, and by members where the operator allows it.
//!
//! Boundary: an invitation is used up in the transaction that creates the account. It names no account; that of a member
//! carries a hash by which the member finds it again.

use std::time::Duration;

use alexandria_protocol::ids::InvitationId;
use alexandria_protocol::secret::InvitationToken;

use super::context::Rules;
use super::error::RuleError;
use crate::random;
use crate::store::{AccountId, Invitation, UnixMillis};

/// How long an invitation is good for unless told otherwise.
pub const DEFAULT_LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

/// How long an invitation can be good for.
pub const MAX_LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);

/// Open invitations of one member.
const MAX_PER_MEMBER: usize = 20;

/// A new invitation.
#[derive(Debug)]
pub struct NewInvitation {
    /// Names it in lists.
    pub id: InvitationId,
    /// Admits one account; shown once.
    pub token: InvitationToken,
    /// When it ends.
    pub expires_at: UnixMillis,
}

impl Rules {
    /// Makes an invitation for the operator.
    ///
    /// # Errors
    /// [`RuleError::Invalid`] for a lifetime of nothing or more than [`MAX_LIFETIME`].
    pub async fn invite(&self, label: String, lifetime: Duration) -> Result<NewInvitation, RuleError> {
        if lifetime.is_zero() || lifetime > MAX_LIFETIME {
            return Err(RuleError::Invalid("lifetime of an invitation"));
        }
        let now = self.now();
        let token = InvitationToken::from_bytes(random::bytes()?);
        let (hash, expires_at) = (token.digest(), now.plus(lifetime));
        let invitation = Invitation { hash, label, uses_left: 1, expires_at, created_at: now };
        self.store().create_invitation(invitation).await?;
        Ok(NewInvitation { id: invitation_id(&hash), token, expires_at })
    }

    /// Makes an invitation for a member.
    ///
    /// # Errors
    /// [`RuleError::Forbidden`] where members may not invite, or have too many open invitations.
    pub async fn invite_as_member(
        &self,
        account: AccountId,
        lifetime: Option<Duration>,
    ) -> Result<NewInvitation, RuleError> {
        if !self.settings.members_may_invite || self.member_invitations(account).await?.len() >= MAX_PER_MEMBER {
            return Err(RuleError::Forbidden);
        }
        self.invite(member_label(account), lifetime.unwrap_or(DEFAULT_LIFETIME)).await
    }

    /// The invitations of a member that are still open.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn member_invitations(&self, account: AccountId) -> Result<Vec<Invitation>, RuleError> {
        let label = member_label(account);
        let now = self.now();
        let all = self.store().invitations().await?;
        Ok(all.into_iter().filter(|invitation| invitation.label == label && invitation.expires_at > now).collect())
    }

    /// Withdraws an invitation of a member.
    ///
    /// # Errors
    /// [`RuleError::NotFound`], also for another's.
    pub async fn withdraw_invitation(&self, account: AccountId, id: InvitationId) -> Result<(), RuleError> {
        let invitations = self.member_invitations(account).await?;
        let invitation = invitations.iter().find(|invitation| invitation_id(&invitation.hash) == id);
        let hash = invitation.ok_or(RuleError::NotFound)?.hash;
        if self.store().delete_invitation(hash).await? { Ok(()) } else { Err(RuleError::NotFound) }
    }
}

/// Names an invitation without admitting: the first half of the hash that is stored.
#[must_use]
pub fn invitation_id(hash: &[u8; 32]) -> InvitationId {
    let [first @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = *hash;
    InvitationId::from_bytes(first)
}

fn member_label(account: AccountId) -> String {
    let hash = blake3::derive_key("alexandria server 2026-11 label of a member's invitations", account.as_bytes());
    format!("member:{}", blake3::Hash::from(hash).to_hex())
}
